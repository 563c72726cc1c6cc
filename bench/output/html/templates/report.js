"use strict";

function sortValue(cell, numeric) {
  const text = cell.dataset.value;
  if (text === undefined || text === "") return null;
  return numeric ? Number(text) : text;
}

/* Unknown values sort last in either direction; equal rows keep their order. */
function compare(one, other, descending) {
  if (one === null || other === null) return (one === null) - (other === null);
  const order = typeof one === "number" ? one - other : one.localeCompare(other);
  return descending ? -order : order;
}

function sortBy(heading) {
  const table = heading.closest("table");
  const column = heading.cellIndex;
  const numeric = "numeric" in heading.dataset;
  const descending = heading.getAttribute("aria-sort") === "ascending";
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const rows = [...table.tBodies[0].rows].map((row) => [sortValue(row.cells[column], numeric), row]);
  rows.sort((one, other) => compare(one[0], other[0], descending));
  table.tBodies[0].append(...rows.map((pair) => pair[1]));
}

function makeSortable(table) {
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sortBy(heading));
    heading.append(button);
  }
}

/* Shows the rows that contain every typed word, in any column. */
function filter(input, output) {
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...document.getElementById(input.dataset.table).tBodies[0].rows];
  let shown = 0;
  for (const row of rows) {
    const text = [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
    row.hidden = !wanted.every((word) => text.includes(word));
    shown += !row.hidden;
  }
  output.textContent = `${shown} of ${rows.length} shown`;
}

function makeFilter(input) {
  const output = input.parentElement.querySelector("output");
  input.parentElement.hidden = false;
  input.addEventListener("input", () => filter(input, output));
  filter(input, output);
}

/* The button is labelled with the theme that it switches to. */
function makeThemeButton(button) {
  const root = document.documentElement;
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    name();
  });
  prefersDark.addEventListener("change", name);
  button.hidden = false;
  name();
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("input[data-table]").forEach(makeFilter);
makeThemeButton(document.getElementById("theme"));

/* Unfolds everything for printing, and folds it again afterwards. */
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((one) => { one.open = true; });
});
window.addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
