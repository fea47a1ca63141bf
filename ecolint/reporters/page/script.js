(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const filters = byId("filters");
  const files = [...document.querySelectorAll(".file")].map((element) => ({
    element,
    path: element.dataset.path,
    findings: [...element.querySelectorAll(".finding")].map((article) => ({ element: article, text: null })),
  }));
  const total = files.reduce((sum, file) => sum + file.findings.length, 0);
  const chosen = (name) =>
    new Set([...filters.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value));
  const value = (id) => (byId(id) ? byId(id).value : "");

  const textOf = (file, finding) => {
    finding.text ??= `${file.path}\n${finding.element.textContent}`.toLowerCase();
    return finding.text;
  };

  const apply = () => {
    const levels = chosen("level");
    const rules = chosen("rule");
    const framework = value("framework");
    const folder = value("folder");
    const words = value("search").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const file of files) {
      const inFolder = !folder || file.path.startsWith(`${folder}/`);
      let left = 0;
      for (const finding of file.findings) {
        const { rule, level, framework: own } = finding.element.dataset;
        const fits =
          inFolder &&
          levels.has(level) &&
          rules.has(rule) &&
          (!framework || framework === own) &&
          words.every((word) => textOf(file, finding).includes(word));
        finding.element.hidden = !fits;
        left += fits ? 1 : 0;
      }
      file.element.hidden = left === 0;
      shown += left;
    }
    byId("shown").textContent = `${shown} of ${total} ${total === 1 ? "finding" : "findings"} shown`;
    byId("none").hidden = shown > 0;
  };

  const reset = () => {
    for (const box of filters.querySelectorAll("input[type=checkbox]")) box.checked = true;
    for (const id of ["search", "framework", "folder"]) if (byId(id)) byId(id).value = "";
    apply();
  };

  const fold = () => {
    const folded = byId("fold").getAttribute("aria-pressed") !== "true";
    byId("fold").setAttribute("aria-pressed", String(folded));
    for (const file of files) file.element.open = !folded;
  };

  // A link to a finding that the filter hides, or that stands in a folded file, shows it.
  const reveal = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) reset();
    const around = target.closest(".file");
    if (around) around.open = true;
    target.scrollIntoView();
  };

  // An explanation that an earlier finding gives is copied to the later one when that is opened.
  const explain = (details) => {
    const told = details.open && details.dataset.same && byId(details.dataset.same);
    if (!told) return;
    const copy = told.cloneNode(true);
    copy.removeAttribute("id");
    details.append(copy);
    delete details.dataset.same;
  };

  let waiting = 0;
  filters.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  byId("reset").addEventListener("click", reset);
  byId("fold").addEventListener("click", fold);
  addEventListener("hashchange", reveal);
  document.addEventListener("toggle", (event) => explain(event.target), true);
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll(".file, .more:not([data-same])")) details.open = true;
  });
  filters.hidden = false;
  filters.open = matchMedia("(min-width: 56rem)").matches;
  byId("shown").hidden = false;
  apply();
  reveal();
})();
