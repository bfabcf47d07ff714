// Verdicts over time: stacked bars, drawn by uPlot. Trouble stands at the bottom, where it can be compared.
"use strict";
(function () {
  const BARS = 120, FEWEST = 24;
  const SPANS = [["last hour", 3600], ["last day", 86400], ["last 7 days", 604800], ["last 30 days", 2592000]];
  const NICE = [1, 5, 15, 60, 300, 900, 3600, 10800, 21600, 43200, 86400, 604800, 2419200, 31536000];
  const STEPS = [1, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 28800, 43200].concat(
    [1, 2, 3, 5, 7, 15, 30, 60, 90, 180, 365, 730, 1825, 3650, 18250, 36500, 365000].map(days => days * 86400));
  // uPlot's form: the smallest step, its text, and what is added where a year, month, day or hour begins.
  const DAY = "\n{YYYY}-{MM}-{DD}";
  const DATES = [
    [31536000, "{YYYY}", null, null, null, null, null, null, 1],
    [86400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
    [60, "{HH}:{mm}", DAY, null, DAY, null, null, null, 1],
    [1, "{HH}:{mm}:{ss}", DAY, null, DAY, null, null, null, 1]];
  const figure = document.getElementById("chart"), range = document.getElementById("range");
  const rows = report.timeline.rows.map(row => [Date.parse(row.time) / 1000, row.verdicts]);
  if (!figure || !rows.length) return;
  const step = report.timeline.step, first = rows[0][0], last = rows[rows.length - 1][0] + step;
  const names = report.verdicts.map(pair => pair[0]), titles = new Map(report.verdicts);
  const hidden = new Set(), readout = document.getElementById("chart-readout");
  let chart = null, from = first, to = last, times = [], counts = [], printing = false;

  // The times between which all but the strayest hundredth of the events lie.
  function bulk() {
    const sizes = rows.map(row => Object.values(row[1]).reduce((sum, count) => sum + count, 0));
    const strays = Math.max(1, sizes.reduce((sum, size) => sum + size, 0) / 100);
    let low = 0, high = rows.length - 1, left = strays;
    while (low < high && sizes[low] <= left) left -= sizes[low++];
    left = strays;
    while (high > low && sizes[high] <= left) left -= sizes[high--];
    return [rows[low][0], rows[high][0] + step];
  }

  function gather() {
    const width = NICE.find(size => size >= step && size % step === 0 && (to - from) / size <= BARS)
      || Math.ceil((to - from) / BARS / step) * step;
    let start = Math.floor(from / width) * width, bars = Math.max(1, Math.ceil((to - start) / width));
    if (bars < FEWEST) {        // a bar alone would be as wide as the page
      start -= Math.floor((FEWEST - bars) / 2) * width;
      bars = FEWEST;
    }
    times = Array.from({length: bars}, (none, at) => start + at * width);
    counts = names.map(() => new Array(bars).fill(0));
    rows.forEach(([when, verdicts]) => {
      const at = Math.floor((when - start) / width);
      if (when < from || when >= to || at < 0 || at >= bars) return;
      names.forEach((name, of) => { counts[of][at] += verdicts[name] || 0; });
    });
    return width;
  }

  function draw() {
    const width = gather(), style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue("--" + name).trim();
    const shown = names.map((name, at) => at).filter(at => !hidden.has(names[at]));
    let sum = new Array(times.length).fill(0);
    const stacked = shown.map(at => (sum = sum.map((value, bar) => value + counts[at][bar])));
    const paths = uPlot.paths.bars({size: [0.85, 60], align: 1});
    const axis = {stroke: colour("soft"), grid: {stroke: colour("line"), width: 1}, ticks: {stroke: colour("line"), width: 1}, font: "12px system-ui, sans-serif"};
    if (chart) chart.destroy();
    chart = new uPlot({
      width: printing ? 900 : figure.clientWidth, height: printing ? 220 : 260,
      legend: {show: false},
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      cursor: {y: false, points: {show: false}, drag: {x: true, y: false, setScale: false}},
      scales: {x: {range: () => [times[0], times[times.length - 1] + width]},
               y: {range: (plot, low, high) => [0, Math.max(1, high || 0) * 1.05]}},
      axes: [Object.assign({}, axis, {values: DATES, incrs: STEPS}), Object.assign({}, axis, {
        size: 64, incrs: [1, 2, 5].concat(...[1, 2, 3, 4, 5, 6, 7, 8].map(power => [1, 2, 5].map(unit => unit * Math.pow(10, power)))),
        values: (plot, values) => values.map(report.number)})],
      // What is drawn later covers the lower part of what was drawn before.
      series: [{}].concat(shown.map(at => ({label: names[at], fill: colour("v-" + names[at]), width: 0, paths, points: {show: false}})).reverse()),
      hooks: {setCursor: [tell], setSelect: [zoom]}
    }, [times].concat(stacked.reverse()), figure);
    tell(chart);
  }

  const clock = seconds => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

  function tell(plot) {
    const at = plot.cursor.idx;
    if (at === null || at === undefined) {
      readout.textContent = "Times are UTC. Drag across the chart to see a part of it; choose everything as the range to come back.";
      return;
    }
    const told = names.filter((name, of) => counts[of][at]).map(name => `${report.number(counts[names.indexOf(name)][at])} ${titles.get(name)}`);
    readout.textContent = `${clock(times[at])}: ${told.join(", ") || "nothing"}`;
  }

  function zoom(plot) {
    if (plot.select.width < 8) return;
    from = Math.floor(plot.posToVal(plot.select.left, "x") / step) * step;
    to = Math.max(from + step, Math.ceil(plot.posToVal(plot.select.left + plot.select.width, "x") / step) * step);
    let option = range.querySelector('[value="own"]');
    if (!option) range.append(option = report.make("option", "", {value: "own"}));
    option.textContent = `${clock(from)} to ${clock(to)}`;
    range.value = "own";
    // Not now: uPlot is still at work on the chart that this takes away.
    setTimeout(draw);
  }

  const [low, high] = bulk(), strays = (last - first) > 20 * (high - low);
  range.append(report.make("option", "everything", {value: "all"}));
  if (strays) range.append(report.make("option", "without stray clocks", {value: "bulk"}));
  SPANS.filter(span => span[1] < high - low).forEach(span => range.append(report.make("option", span[0], {value: span[1]})));
  range.addEventListener("change", () => choose(range.value));
  function choose(value) {
    if (value === "own") return;
    to = value === "all" ? last : high;
    from = value === "all" ? first : value === "bulk" ? low : high - value;
    draw();
  }

  document.querySelectorAll("[data-verdict]").forEach(box => box.addEventListener("change", () => {
    hidden[box.checked ? "delete" : "add"](box.dataset.verdict);
    draw();
  }));
  // The colours of paper are in force only after this event, so they are asked for by name.
  let theme = "";
  const print = value => () => {
    const root = document.documentElement;
    if (value) theme = root.dataset.theme;
    root.dataset.theme = value ? "light" : theme;
    printing = value;
    draw();
  };
  window.addEventListener("beforeprint", print(true));
  window.addEventListener("afterprint", print(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.addEventListener("themechange", draw);
  figure.hidden = document.getElementById("chart-tools").hidden = false;
  let width = figure.clientWidth;
  new ResizeObserver(() => {
    if (printing || figure.clientWidth === width) return;
    width = figure.clientWidth;
    chart.setSize({width, height: 260});
  }).observe(figure);
  if (strays) range.value = "bulk";
  choose(range.value);
}());
