// Theme, copying, downloading, and which of the two policy files is seen.
"use strict";
(function () {
  const root = document.documentElement, theme = document.getElementById("theme");
  const KEY = "verifyshim-report-theme";
  function dress(name) {
    root.dataset.theme = theme.value = name;
    document.dispatchEvent(new Event("themechange"));
  }
  // A page opened from a file may have no storage.
  try { if (["light", "dark"].includes(localStorage.getItem(KEY))) dress(localStorage.getItem(KEY)); } catch (error) { /* none */ }
  theme.addEventListener("change", () => {
    dress(theme.value);
    try { localStorage.setItem(KEY, theme.value); } catch (error) { /* none */ }
  });
  theme.parentElement.hidden = false;

  const files = Array.from(document.querySelectorAll("[data-file]"));
  let chosen = "strict";
  function choose(name) {
    chosen = name;
    files.forEach(element => { element.hidden = element.tagName === "H3" || element.dataset.file !== name; });
  }
  document.querySelectorAll('[name="policy"]').forEach(radio => {
    radio.addEventListener("change", () => choose(radio.value));
    if (radio.checked) chosen = radio.value;
  });
  choose(chosen);
  const policy = () => files.find(element => element.tagName === "PRE" && element.dataset.file === chosen);
  document.getElementById("policy-tools").hidden = false;

  function say(button, text) {
    const place = button.parentElement.querySelector(".said");
    place.textContent = text;
    setTimeout(() => { place.textContent = ""; }, 4000);
  }
  function select(element) {
    const selection = getSelection();
    selection.removeAllRanges();
    selection.selectAllChildren(element);
  }
  document.querySelectorAll("[data-copy]").forEach(button => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const source = button.dataset.copy === "policy" ? policy() : button.parentElement.querySelector("pre");
      const byHand = () => { select(source); say(button, "Selected; copy it with Ctrl+C."); };
      if (!navigator.clipboard) { byHand(); return; }
      navigator.clipboard.writeText(source.textContent).then(() => say(button, "Copied."), byHand);
    });
  });
  document.querySelectorAll("[data-save]").forEach(button => button.addEventListener("click", () => {
    const link = report.make("a", null, {download: button.dataset.save});
    link.href = URL.createObjectURL(new Blob([policy().textContent], {type: "text/plain"}));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say(button, "Saved as " + button.dataset.save + ".");
  }));

  const ages = Array.from(document.querySelectorAll(".ages li"));
  const most = ages.reduce((sum, item) => Math.max(sum, +item.dataset.part), 1);
  ages.filter(item => +item.dataset.part).forEach(item => {
    const part = report.make("span", null, {class: "part"});
    part.style.width = 80 * item.dataset.part / most + "%";
    item.querySelector("strong").prepend(part);
  });
}());
