// details[data-menu]: one open at a time; Escape, a click elsewhere or leaving by Tab closes it.
// Arrow keys, Home, End and the first letters of an item move the focus; only a click, Enter or
// Space chooses, and in details[data-digits], which numbers its items, their digit.
const OPEN = "details[data-menu][open]";
const FORGET_MS = 700;
let typed = "";
let forgetting;

function closeOthers(kept) {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (menu !== kept && !menu.contains(kept)) menu.open = false;
  }
}

function itemsOf(menu) {
  const items = [...menu.querySelectorAll(".menu-item")];
  return items.filter((item) => item.checkVisibility?.() ?? true);
}

function choosePlace(key, at, items) {
  if (key === "Home") return 0;
  if (key === "End") return items.length - 1;
  if (key === "ArrowDown") return at < 0 ? findCurrent(items) : Math.min(at + 1, items.length - 1);
  return at < 0 ? items.length - 1 : Math.max(at - 1, 0);
}

function findCurrent(items) {
  return Math.max(0, items.findIndex((item) => item.matches("[aria-current]")));
}

function findTyped(key, at, items) {
  clearTimeout(forgetting);
  forgetting = setTimeout(() => (typed = ""), FORGET_MS);
  typed += key.toLocaleLowerCase();
  const start = typed.length === 1 ? at + 1 : Math.max(at, 0);
  const turned = [...items.keys()].map((place) => (place + start) % items.length);
  const read = (place) => items[place].textContent.trim().toLocaleLowerCase();
  return turned.find((place) => read(place).startsWith(typed)) ?? -1;
}

function chooseByDigit(key, items) {
  if (!/^[1-9]$/.test(key) || !items[key - 1]) return false;
  items[key - 1].click();
  return true;
}

function move(event, menu) {
  const items = itemsOf(menu);
  if (!items.length || event.target.matches("input, select, textarea")) return false;
  const isCommand = event.ctrlKey || event.metaKey || event.altKey; // Ctrl 2 is the second tab
  const hasDigits = menu.matches("[data-digits]") && !isCommand;
  if (hasDigits && chooseByDigit(event.key, items)) return true;
  const at = items.indexOf(document.activeElement);
  const isArrow = ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key);
  const isLetter = event.key.length === 1 && event.key !== " " && !isCommand;
  if (!isArrow && !isLetter) return false;
  items[isArrow ? choosePlace(event.key, at, items) : findTyped(event.key, at, items)]?.focus();
  return true;
}

for (const name of ["click", "focusin"]) {
  document.addEventListener(name, (event) => {
    closeOthers(event.target.closest?.("details[data-menu]"));
  });
}
// In the capture phase: in a menu, a letter is no shortcut (shortcuts.js).
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(OPEN);
  if (!menu || !move(event, menu)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(OPEN);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
