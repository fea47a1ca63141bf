/* Filters of the evidence explorer. Without scripts the page is the whole table. */
"use strict";

(() => {
  const FILTERS = ["GPU", "Model", "Setting", "Batch", "Quality"];
  const heading = document.getElementById("rows");
  if (!heading) return;
  let place = heading.nextElementSibling;
  while (place && !place.querySelector("table") && place.tagName !== "TABLE") place = place.nextElementSibling;
  const table = place && (place.tagName === "TABLE" ? place : place.querySelector("table"));
  if (!table) return;

  const columns = Array.from(table.tHead.rows[0].cells, (cell) => cell.textContent.trim());
  const rows = Array.from(table.tBodies[0].rows, (row) => ({
    row,
    words: row.textContent.toLowerCase(),
    values: Array.from(row.cells, (cell) => cell.textContent.trim()),
  }));
  table.dataset.explorer = "";
  for (const { row } of rows) {
    Array.from(row.cells).forEach((cell, index) => { cell.dataset.label = columns[index]; });
  }

  const form = document.createElement("form");
  form.className = "eco-filter";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Rows");
  const controls = new Map();

  const add = (name, control) => {
    const label = document.createElement("label");
    label.textContent = name;
    control.name = name.toLowerCase();
    label.append(control);
    form.append(label);
    controls.set(name, control);
  };

  const search = document.createElement("input");
  search.type = "search";
  search.autocomplete = "off";
  add("Text", search);
  for (const name of FILTERS) {
    const index = columns.indexOf(name);
    const values = [...new Set(rows.map(({ values }) => values[index]))].sort((one, other) =>
      one.localeCompare(other, "en", { numeric: true }));
    const select = document.createElement("select");
    select.append(new Option("all", ""));
    for (const value of values.filter(Boolean)) select.append(new Option(value, value));
    add(name, select);
  }
  const reset = document.createElement("button");
  reset.type = "reset";
  reset.textContent = "Show all";
  const count = document.createElement("output");
  form.append(reset, count);
  place.before(form);

  const apply = () => {
    const wanted = FILTERS.map((name) => [columns.indexOf(name), controls.get(name).value]).filter(([, value]) => value);
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of rows) {
      const fits = wanted.every(([index, value]) => one.values[index] === value)
        && words.every((word) => one.words.includes(word));
      one.row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} of ${rows.length} rows`;
  };

  const remember = () => {
    const given = [...controls].filter(([, control]) => control.value)
      .map(([name, control]) => [name.toLowerCase(), control.value]);
    const query = new URLSearchParams(given).toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  };

  for (const [name, value] of new URLSearchParams(location.search)) {
    const control = [...controls.values()].find((one) => one.name === name);
    if (control) control.value = value;
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { apply(); remember(); });
  form.addEventListener("reset", () => { setTimeout(() => { apply(); remember(); }); });
  apply();
})();
