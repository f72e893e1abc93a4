// Rows of a list are selected by their checkbox [data-select], by x on the focused row (shortcuts.js), and with
// shift up to the row selected before. form[data-selection] shows how many are, and what can be
// done with them. A live update keeps the selection of the rows that are still there.
const form = document.querySelector("form[data-selection]");
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const selected = new Set();
let last = null;

const getBoxes = () => [...document.querySelectorAll("[data-rows] input[data-select]")];

function showSelection() {
  const boxes = getBoxes();
  const present = new Set(boxes.map((box) => box.value));
  for (const value of selected) if (!present.has(value)) selected.delete(value);
  for (const box of boxes) {
    box.checked = selected.has(box.value);
    box.closest("li").toggleAttribute("data-selected", box.checked);
  }
  const text = selected.size ? getText("selected", { count: selected.size }) : "";
  const counter = form.querySelector("[data-selection-count]");
  if (counter.textContent !== text) {
    counter.textContent = text;
    const status = document.querySelector("[data-selection-status]");
    if (status) status.textContent = getText("selected", { count: selected.size });
  }
  form.toggleAttribute("data-active", selected.size > 0);
}

function select(box, isSelected, extend) {
  const boxes = getBoxes();
  const from = extend ? boxes.findIndex((one) => one.value === last) : -1;
  const to = boxes.indexOf(box);
  const range = from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const { value } of range) {
    if (isSelected) selected.add(value);
    else selected.delete(value);
  }
  last = box.value;
  showSelection();
}

function clear() {
  selected.clear();
  showSelection();
}

function findFocused() {
  const row = document.activeElement?.closest("[data-rows] > li");
  return row?.querySelector("input[data-select]");
}

if (form) {
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("input[data-select]");
    if (box) select(box, box.checked, event.shiftKey);
    if (event.target.closest?.("[data-select-none]")) clear();
    if (event.target.closest?.("[data-select-all]")) {
      for (const { value } of getBoxes()) selected.add(value);
      showSelection();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && selected.size) return clear();
  });
  document.addEventListener("shortcut:x", (event) => {
    const box = findFocused();
    if (!box) return;
    event.preventDefault();
    const { isExtending } = event.detail;
    select(box, isExtending || !box.checked, isExtending);
  });

  document.addEventListener("htmx:after:swap", showSelection);

  // A browser restores checkboxes when it returns to a page.
  addEventListener("pageshow", () => {
    for (const box of getBoxes()) if (box.checked) selected.add(box.value);
    showSelection();
  });
}
