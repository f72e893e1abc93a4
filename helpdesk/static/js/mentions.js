// textarea[data-mentions]: while a note is written, "@" and the begin of a name offer the people and
// departments that can be mentioned (the URL in data-mentions). Arrow keys choose, Enter or Tab
// inserts, Escape closes. Without this script, a typed "@Ana Souza" is a mention all the same.
const TYPED = /(?:^|[^\p{L}\p{N}_@./+-])@((?:[\p{L}\p{N}_'’-]+(?: [\p{L}\p{N}_'’-]*){0,2})?)$/u;
const WAIT_MS = 150;
let waiting;
let list;
let asked = 0;

function isNote(field) {
  return field.form?.querySelector("[name=kind][value=note]")?.checked;
}

function readTyped(field) {
  if (!isNote(field) || field.selectionStart !== field.selectionEnd) return null;
  return TYPED.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null;
}

function close(field) {
  clearTimeout(waiting);
  asked += 1;
  list?.remove();
  list = undefined;
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
}

function optionsOf() {
  return list ? [...list.querySelectorAll("[data-mention]")] : [];
}

function choose(field, option) {
  for (const other of optionsOf()) other.setAttribute("aria-selected", String(other === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function insert(field, option) {
  const end = field.selectionStart;
  const start = end - readTyped(field).length;
  field.setRangeText(`${option.dataset.mention} `, start, end, "end");
  close(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(field, html) {
  close(field);
  if (!html.trim()) return;
  list = document.createElement("div");
  list.id = "mentions";
  list.className = "mention-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.mentionsLabel);
  list.innerHTML = html;
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  const first = optionsOf()[0];
  if (first) choose(field, first);
}

async function suggest(field) {
  const typed = readTyped(field);
  if (typed === null) return;
  const mine = (asked += 1);
  const url = `${field.dataset.mentions}?${new URLSearchParams({ q: typed })}`;
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok || mine !== asked) return;
  const html = await response.text();
  if (mine === asked && document.activeElement === field) show(field, html);
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("textarea[data-mentions]")) return;
  clearTimeout(waiting);
  if (readTyped(field) === null) close(field);
  else waiting = setTimeout(suggest, WAIT_MS, field);
});

// In the capture phase: Enter belongs to the list while it is open.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!list || !field.matches?.("textarea[data-mentions]")) return;
  const options = optionsOf();
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
  if (!isPlain) return;
  if (event.key === "Escape") close(field);
  else if (event.key === "ArrowDown") choose(field, options[(at + 1) % options.length]);
  else if (event.key === "ArrowUp") choose(field, options.at(at - 1));
  else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) insert(field, options[at]);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

// Not click: the field would lose the focus first.
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("[data-mention]");
  const field = document.querySelector("textarea[data-mentions]");
  if (!option || !field) return;
  event.preventDefault();
  insert(field, option);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("textarea[data-mentions]")) close(event.target);
});
