// data-shortcut="g m" on a link, button or field: the keys click it (or focus a field). j and k
// move through [data-rows] a[data-row], "?" lists what the page offers. Shortcuts are off while
// typing. data-shortcut-hint="Ctrl Enter" lists keys that another script answers. The body's
// data-shortcut-keys has a person's own keys by those as shipped, "" for one that is off. Keys of
// ASKED are offered to other scripts first, as the event "shortcut:x", which one of them takes.
const SEQUENCE_MS = 900;
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const changed = JSON.parse(document.body.dataset.shortcutKeys || "{}");
const ASKED = ["x", "q", "Space"];
const PRESSED_BY_SPACE = "input, textarea, select, button, summary";
const FORM = "form.form[method=post] .form-actions .button-primary"; // composer.js sends it
let typed = "";
let forgetting;

const keysOf = (shipped) => changed[shipped] ?? shipped;

const isSeen = (element) => element.checkVisibility?.() ?? true;
// What is in the drawer of the details can be reached while it is closed, too.
const isReachable = (element) => isSeen(element) || Boolean(element.closest(".panel[popover]"));
const shortcuts = () => [...document.querySelectorAll("[data-shortcut]")].filter(isReachable);

// A menu opens with the focus on it, so that the next key is for the menu (menu.js).
function openMenu(summary) {
  if (!isSeen(summary)) summary.closest("[popover]")?.showPopover();
  summary.focus();
  summary.click();
}

function press(element) {
  if (element.matches("summary")) {
    openMenu(element);
  } else if (element.matches("input:not([type=radio], [type=checkbox]), textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-rows] a[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.closest("li, tr")?.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function listLine(keys, label) {
  const term = document.createElement("dt");
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap, " ");
  }
  const meaning = document.createElement("dd");
  meaning.textContent = label;
  return [term, meaning];
}

function listRowShortcuts() {
  const moves = [
    [keysOf("j"), getText("nextTicket")],
    [keysOf("k"), getText("previousTicket")],
    ["Enter", getText("openTicket")],
  ];
  if (document.querySelector("[data-peek]")) moves.push([keysOf("Space"), getText("peek")]);
  const keys = keysOf("x");
  if (!keys || !document.querySelector("[data-select]")) return moves;
  return [...moves, [keys, getText("selectTicket")], [`Shift ${keys}`, getText("selectUpTo")]];
}

function showHelp() {
  const dialog = document.getElementById("shortcuts-dialog");
  if (!dialog || dialog.open) return;
  const rows = document.querySelector("[data-rows]") ? listRowShortcuts() : [];
  const offered = shortcuts().map((element) => [
    keysOf(element.dataset.shortcut),
    element.dataset.shortcutLabel ?? element.ariaLabel ?? element.textContent.trim(),
  ]);
  const elsewhere = [...document.querySelectorAll("[data-shortcut-hint]")].filter(isSeen)
    .map(({ dataset: { shortcutHint, shortcutLabel } }) => [
      ASKED.includes(shortcutHint) ? keysOf(shortcutHint) : shortcutHint, shortcutLabel,
    ]);
  const help = [keysOf("?"), getText("shortcutHelp")];
  const forms = document.querySelector(FORM) ? [[getText("ctrlEnter"), getText("sendForm")]] : [];
  const lines = new Map([...forms, ...offered, ...elsewhere, ...rows, help]);
  lines.delete("");
  const listed = [...lines].flatMap(([keys, label]) => listLine(keys, label));
  dialog.querySelector("[data-shortcut-list]").replaceChildren(...listed);
  dialog.showModal();
}

// Shift with the key of x selects up to a row.
function ask(keys, isExtending) {
  const pressed = isExtending && keys.toLowerCase() === keysOf("x") ? keysOf("x") : keys;
  const name = ASKED.find((one) => keysOf(one) === pressed);
  if (!name) return false;
  const detail = { isExtending };
  const asked = new CustomEvent(`shortcut:${name}`, { cancelable: true, detail });
  return !document.dispatchEvent(asked);
}

// A person's own key is never taken by a shortcut that was shipped later, and what the page itself
// offers goes before the sidebar's: "c" opens a ticket for the contact shown.
function find(keys) {
  const found = shortcuts().filter((element) => keysOf(element.dataset.shortcut) === keys);
  return found.find((element) => element.dataset.shortcut in changed)
    ?? found.find((element) => !element.closest(".sidebar")) ?? found[0];
}

function answer(keys, { shiftKey, repeat }) {
  const isInList = document.querySelector("[data-rows]");
  if (isInList && keys === keysOf("j")) return move(1), true;
  if (isInList && keys === keysOf("k")) return move(-1), true;
  if (keys === keysOf("?")) return showHelp(), true;
  if (ask(keys, shiftKey)) return true;
  const found = find(keys);
  if (found && !repeat) press(found); // a key that is held acts once
  return Boolean(found);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-shortcut-help]")) showHelp();
});

function forget() {
  typed = "";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
  if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.key === " " && event.target.matches?.(PRESSED_BY_SPACE)) return;
  const key = event.key === " " ? "Space" : event.key;
  clearTimeout(forgetting);
  forgetting = setTimeout(forget, SEQUENCE_MS);
  typed = `${typed} ${key}`.trim();
  if (answer(typed, event) || (typed.includes(" ") && answer(key, event))) {
    event.preventDefault();
    forget();
  }
});
