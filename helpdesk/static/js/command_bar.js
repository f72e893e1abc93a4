// The command bar: Ctrl+K or ⌘K, and [data-command-open]. Its options are what was opened last
// (kept in this browser, per desk and person, until someone signs out), the page's acts
// ([data-command], or a shortcut outside of the sidebar), the sidebar's pages, and what the server
// finds. The focus stays in the field; aria-activedescendant names the option that Enter takes.
const dialog = document.getElementById("command-bar");
const field = dialog?.querySelector("[role=combobox]");
const found = document.getElementById("command-found");
const MAX_RECENT = 8;
const MAX_SHOWN = 8; // of each kind
const KEPT = /\/agent\/(tickets|customers|accounts|defects)\/\d+\/$/;
const SHOWN_ACTS = "main [data-shortcut], aside:not(.sidebar) [data-shortcut], .selection button";
const CHOICES = "[data-property] .menu-item:not([aria-current])";
const store = `recent ${dialog?.dataset.owner}`;
const ownKeys = JSON.parse(document.body.dataset.shortcutKeys || "{}");
let active;

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

function matches(label, words) {
  const parts = fold(label).split(/[\s/·:-]+/);
  return words.every((word) => parts.some((part) => part.startsWith(word)));
}

function readRecent() {
  try {
    return JSON.parse(localStorage.getItem(store)) ?? [];
  } catch {
    return [];
  }
}

function keepRecent() {
  if (!KEPT.test(location.pathname)) return;
  const label = document.title.split(" · ")[0];
  const others = readRecent().filter((one) => one.url !== location.pathname);
  const kept = [{ url: location.pathname, label }, ...others].slice(0, MAX_RECENT + 1);
  try {
    localStorage.setItem(store, JSON.stringify(kept));
  } catch {
    // A full or forbidden store: there is no list then.
  }
}

function listRecent() {
  return readRecent().filter((one) => one.url !== location.pathname)
    .map(({ url, label }) => ({ label, url }));
}

const getKeys = ({ dataset: { shortcut } }) => ownKeys[shortcut] ?? shortcut;
const getLabel = (element) => element.dataset.shortcutLabel || element.ariaLabel
  || element.textContent.trim().replace(/\s+/g, " ");

// A choice of a property is offered once someone types: "priority hi".
function describeChoice(element) {
  const property = element.closest(".prop")?.querySelector(".prop-label")?.textContent.trim();
  return { label: `${property}: ${getLabel(element)}`, element, needsWords: true };
}

function listActs() {
  const isUsable = (element) => !element.disabled && (element.checkVisibility?.() ?? true);
  const acts = [
    ...document.querySelectorAll("[data-command]"), // also those in a closed menu
    ...[...document.querySelectorAll(SHOWN_ACTS)].filter(isUsable),
  ].map((element) => ({ label: getLabel(element), element, keys: getKeys(element) }));
  const choices = [...document.querySelectorAll(CHOICES)].map(describeChoice);
  return [...new Map([...acts, ...choices].map((act) => [act.label, act])).values()];
}

function listPlaces() {
  return [...document.querySelectorAll(".sidebar .nav a[href]")].map((link) => ({
    label: link.querySelector(".truncate")?.textContent.trim() || getLabel(link),
    url: link.href,
    keys: getKeys(link),
  }));
}

function run({ element }) {
  dialog.close();
  const isField = "input:not([type=radio], [type=checkbox]), textarea, select";
  if (element.matches(`${isField}, summary`)) element.focus();
  if (!element.matches(isField)) element.click();
}

function makeOption(entry, id) {
  const option = document.createElement(entry.url ? "a" : "div");
  if (entry.url) option.href = entry.url;
  else option.addEventListener("click", () => run(entry));
  option.className = "command";
  option.id = id;
  option.tabIndex = -1;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const label = document.createElement("span");
  label.className = "command-label truncate";
  label.dir = "auto";
  label.textContent = entry.label;
  option.append(label);
  if (entry.keys) {
    const cap = document.createElement("kbd");
    cap.textContent = entry.keys;
    cap.ariaHidden = "true";
    option.append(cap);
  }
  return option;
}

function fill(name, entries, words) {
  const group = dialog.querySelector(`[data-commands="${name}"]`);
  const shown = entries.filter((entry) => (words.length || !entry.needsWords)
    && matches(entry.label, words)).slice(0, MAX_SHOWN);
  group.querySelectorAll("[role=option]").forEach((option) => option.remove());
  group.append(...shown.map((entry, place) => makeOption(entry, `command-${name}-${place}`)));
  group.hidden = !shown.length;
}

const options = () => [...dialog.querySelectorAll("[role=option]")];

function activate(option) {
  active?.setAttribute("aria-selected", "false");
  active = option;
  if (!option) return field.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function refresh() {
  const words = fold(field.value).split(/\s+/).filter(Boolean);
  fill("recent", listRecent(), words);
  fill("acts", listActs(), words);
  fill("places", listPlaces(), words);
  if (!words.length) found.replaceChildren();
  activate(options()[0]);
}

function open() {
  if (!dialog || document.querySelector("dialog[open]")) return;
  field.value = "";
  refresh();
  dialog.showModal();
  field.focus();
}

function move(step) {
  const all = options();
  if (all.length) activate(all[(all.indexOf(active) + step + all.length) % all.length]);
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

field?.addEventListener("keydown", (event) => {
  if (event.key in STEPS) move(STEPS[event.key]);
  else if (event.key === "Enter" && !event.isComposing) active?.click();
  else return;
  event.preventDefault();
});
field?.addEventListener("input", refresh);
// What the server found came in: the option that is active stays, or the first one is.
new MutationObserver(() => {
  if (!active?.isConnected) activate(options()[0]);
  const status = dialog.querySelector("[data-command-status]");
  status.textContent = found.querySelector("[data-found]")?.dataset.found ?? "";
}).observe(found ?? document.createElement("div"), { childList: true, subtree: true });

document.addEventListener("keydown", (event) => {
  const isCombination = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  const isOurs = isCombination && event.key.toLowerCase() === "k" && !event.defaultPrevented;
  if (!dialog || !isOurs) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else open();
});
document.addEventListener("click", (event) => {
  const isOpener = event.target.closest?.("[data-command-open]");
  if (!dialog || !isOpener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open();
});
if (dialog) keepRecent();
