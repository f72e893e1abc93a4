// After a swap: what arrived live in a list or conversation is marked with data-arrived for a moment
// (motion.css), and the focus that a swap removed returns to the same element, or to the page.
const PARTS = "[data-live-queue], [data-live-ticket]";
const ENTRY = ".message[id], a[data-row]";
const MARKED_MS = 1000;
const known = new WeakMap();
let focused = null;

const keyOf = (element) => element.id || element.getAttribute("href");
const listEntries = (part) => [...part.querySelectorAll(ENTRY)];

function remember(part) {
  known.set(part, new Set(listEntries(part).map(keyOf)));
}

function mark(entry) {
  const row = entry.closest("li");
  row.dataset.arrived = "";
  setTimeout(() => delete row.dataset.arrived, MARKED_MS);
}

function greet(part, isLive) {
  const before = known.get(part);
  if (isLive && before?.size) {
    listEntries(part).filter((entry) => !before.has(keyOf(entry))).forEach(mark);
  }
  remember(part);
}

// How to find an element again that has been rendered anew: by its id, link or name.
function describe(element) {
  if (!element || element === document.body) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  for (const name of ["href", "name", "data-shortcut"]) {
    const value = element.getAttribute(name);
    if (value) return `${element.localName}[${name}="${CSS.escape(value)}"]`;
  }
  const property = element.closest("[data-property]")?.dataset.property;
  return property ? `[data-property="${CSS.escape(property)}"] > summary` : "#main";
}

document.addEventListener("htmx:before:swap", () => {
  focused = describe(document.activeElement);
});

document.addEventListener("htmx:after:swap", (event) => {
  const source = event.detail?.ctx?.sourceElement;
  for (const part of document.querySelectorAll(PARTS)) greet(part, part === source);
  if (!focused || (document.activeElement && document.activeElement !== document.body)) return;
  const place = document.querySelector(focused) ?? document.getElementById("main");
  place?.focus({ preventScroll: true });
});

document.querySelectorAll(PARTS).forEach(remember);
