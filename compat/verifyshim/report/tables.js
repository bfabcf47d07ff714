// Tables that can be sorted, filtered and paged. Values become text nodes, never markup.
"use strict";
const report = JSON.parse(document.getElementById("data").textContent);
report.make = function (tag, text, attributes) {
  const element = document.createElement(tag);
  if (text !== undefined && text !== null) element.textContent = text;
  Object.keys(attributes || {}).forEach(name => element.setAttribute(name, attributes[name]));
  return element;
};
report.number = value => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

(function () {
  const make = report.make, number = report.number;
  const TROUBLE = ["refused", "let-through", "unverified", "unchecked"];
  const PRINTED = 100;      // rows of a table on paper
  const collator = new Intl.Collator("en", {numeric: true, sensitivity: "base"});

  class Table {
    constructor(table) {
      Object.assign(this, table);
      this.element = document.querySelector(`[data-table="${this.id}"]`);
      this.rest = document.querySelector(`[data-rest="${this.id}"]`);
      this.size = report.rows;
      this.page = 0;
      this.sorted = {column: -1, down: false};
      this.needle = this.verdict = "";
      this.shown = this.all = this.rows.map((row, at) => at);
      this.most = this.columns.map((column, at) =>
        column.bar ? this.rows.reduce((most, row) => Math.max(most, row[at] || 0), 1) : 0);
      this.buildHead();
      if (this.rows.length > 1) this.buildTools();
      this.buildPager();
      this.show();
    }

    buildHead() {
      this.heads = Array.from(this.element.tHead.rows[0].cells);
      if (this.rows.length < 2) return;
      this.heads.forEach((head, at) => {
        const button = make("button", head.textContent.trim(), {type: "button"});
        head.dataset.title = head.textContent.trim();       // for paper: Chromium repeats no buttons there
        head.textContent = "";
        head.append(button);
        button.addEventListener("click", () => this.sort(at));
      });
    }

    buildTools() {
      const tools = document.querySelector(`[data-tools="${this.id}"]`);
      const search = make("input", null, {type: "search", autocomplete: "off", spellcheck: "false"});
      labelled(tools, "Filter " + this.title, "Filter", search);
      search.addEventListener("input", () => { this.needle = search.value.trim().toLowerCase(); this.filter(); });
      const verdicts = this.columns.filter(column => column.verdict);
      if (verdicts.length > 1) {
        const select = make("select");
        select.append(make("option", "all", {value: ""}), make("option", "any trouble", {value: "trouble"}));
        verdicts.forEach(column => select.append(make("option", column.title, {value: column.verdict})));
        labelled(tools, "Verdict in " + this.title, "Verdict", select);
        select.addEventListener("change", () => { this.verdict = select.value; this.filter(); });
      }
      if (this.rows.length > this.size) {
        const select = make("select");
        [this.size, 100, 500].forEach(size => select.append(make("option", size, {value: size})));
        labelled(tools, "Rows a page of " + this.title, "Rows", select);
        select.addEventListener("change", () => { this.size = +select.value; this.page = 0; this.show(); });
      }
      this.found = make("span", "", {role: "status", class: "found"});
      tools.append(this.found);
      tools.hidden = false;
    }

    buildPager() {
      this.pager = make("nav", null, {class: "pager", "aria-label": "Pages of " + this.title});
      this.before = make("button", "Previous", {type: "button"});
      this.after = make("button", "Next", {type: "button"});
      this.where = make("span", "", {"aria-live": "polite"});
      // aria-disabled, not disabled: the focus stays where it is on the last page.
      this.before.addEventListener("click", () => this.turn(-1));
      this.after.addEventListener("click", () => this.turn(1));
      this.pager.append(this.before, this.where, this.after);
      this.rest.after(this.pager);
    }

    turn(by) {
      const page = this.page + by;
      if (page < 0 || page * this.size >= this.shown.length) return;
      this.page = page;
      this.show();
    }

    texts() {
      if (!this.cache) {
        this.cache = this.rows.map(row => row.map(value => Array.isArray(value) ? value.join("\n") : value)
          .filter(value => value !== null).join("\n").toLowerCase());
      }
      return this.cache;
    }

    filter() {
      const texts = this.needle ? this.texts() : null;
      const wanted = this.columns.map((column, at) => at).filter(at => this.verdict === "trouble"
        ? TROUBLE.includes(this.columns[at].verdict) : this.verdict && this.columns[at].verdict === this.verdict);
      this.shown = this.all.filter(at => (!texts || texts[at].includes(this.needle))
        && (!this.verdict || wanted.some(column => this.rows[at][column])));
      this.page = 0;
      this.order();
      this.show();
      this.found.textContent = this.needle || this.verdict
        ? `${number(this.shown.length)} of ${number(this.rows.length)}` : "";
    }

    sort(column) {
      const type = this.columns[column].type;
      const first = type === "count" || type === "time" && this.columns[column].key === "last";
      this.sorted = {column, down: this.sorted.column === column ? !this.sorted.down : first};
      this.heads.forEach((head, at) => at === column
        ? head.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending") : head.removeAttribute("aria-sort"));
      this.page = 0;
      this.order();
      this.show();
    }

    order() {
      const {column, down} = this.sorted;
      if (column < 0) return;
      const sign = down ? -1 : 1, numeric = ["count", "days"].includes(this.columns[column].type);
      const key = this.rows.map(row => {
        const value = row[column];
        if (numeric) return value === null ? (this.columns[column].type === "count" ? 0 : Infinity) : value;
        return Array.isArray(value) ? value.join("\n") : value || "";
      });
      this.shown = this.shown.slice().sort((a, b) => (numeric
        ? (key[a] === key[b] ? 0 : key[a] < key[b] ? -sign : sign)
        : sign * collator.compare(key[a], key[b])) || a - b);
    }

    show(printing) {
      const from = printing ? 0 : this.page * this.size;
      const to = Math.min(this.shown.length, from + (printing ? Math.max(PRINTED, this.size) : this.size));
      const body = document.createElement("tbody");
      this.shown.slice(from, to).forEach(at => body.append(this.row(this.rows[at])));
      if (!this.shown.length) {
        const cell = make("td", "Nothing here is like that.", {colspan: this.columns.length});
        body.append(make("tr"));
        body.rows[0].append(cell);
      }
      this.element.tBodies[0].replaceWith(body);
      const pages = Math.ceil(this.shown.length / this.size);
      this.pager.hidden = pages < 2;
      this.where.textContent = `${number(from + 1)} to ${number(to)} of ${number(this.shown.length)}`;
      this.before.setAttribute("aria-disabled", this.page === 0);
      this.after.setAttribute("aria-disabled", this.page + 1 >= pages);
      this.rest.textContent = printing && to < this.shown.length
        ? `The first ${number(to)} of ${number(this.shown.length)}; the page itself has them all.` : "";
      this.rest.hidden = !this.rest.textContent;
    }

    row(values) {
      const row = document.createElement("tr");
      values.forEach((value, at) => {
        const column = this.columns[at];
        const cell = make(at ? "td" : "th", null, {class: `t-${column.type} c-${column.key}`});
        if (!at) cell.scope = "row";
        fill[column.type](cell, value, this.most[at]);
        row.append(cell);
      });
      return row;
    }
  }

  const fill = {
    text(cell, value) { cell.append(make("div", value, {class: "fit"})); },
    code(cell, value) { cell.append(make("div", value, {class: "fit"})); },
    time(cell, value) { cell.textContent = value ? value.slice(0, 16).replace("T", " ") : "unknown"; },
    count(cell, value, most) {
      cell.textContent = value ? number(value) : "";
      if (most && value) {
        const bar = make("span", null, {class: "bar"});
        bar.style.width = Math.max(2, 100 * value / most) + "%";
        cell.append(bar);
      }
    },
    list(cell, values) {
      if (!values.length) return;
      const first = values.length > 2 ? 1 : 2;      // what is folded away is worth the line that says so
      cell.append(listed(values.slice(0, first)));
      if (values.length > first) {
        const more = make("details");
        more.append(make("summary", `${values.length - first} more`), listed(values.slice(first)));
        cell.append(more);
      }
    },
    days(cell, value) {
      if (value === null) { cell.textContent = "unknown"; return; }
      const kind = value < 7 ? "bad" : value < 30 ? "warn" : "good";
      const text = value < 0 ? `expired ${number(-value)} ${value === -1 ? "day" : "days"} ago` : number(value);
      cell.append(make("span", text, {class: kind}));
    }
  };

  function listed(values) {
    const list = make("ul", null, {class: "fit"});
    values.forEach(value => list.append(make("li", value)));
    return list;
  }

  function labelled(tools, name, words, input) {
    const label = make("label", words + " ");
    input.setAttribute("aria-label", name);
    label.append(input);
    tools.append(label);
  }

  const tables = Object.keys(report.tables).filter(id => report.tables[id].rows.length)
    .map(id => new Table(report.tables[id]));
  window.addEventListener("beforeprint", () => tables.forEach(table => table.show(true)));
  window.addEventListener("afterprint", () => tables.forEach(table => table.show()));
}());
