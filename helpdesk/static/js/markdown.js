// [data-markdown] in a form: its buttons write Markdown marks around the selection of the form's
// textarea, as Ctrl+B and Ctrl+I do, and the last one shows the text as it will look.
const KEYS = { b: "bold", i: "italic" };
const AROUND = { bold: ["**", "**"], italic: ["_", "_"], link: ["[", "](https://)"] };
const BEFORE = { list: "- ", quote: "> " };

// Through the editing command, so that Undo of the browser takes it back.
function write(area, start, end, text, from, to) {
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(from, to);
}

function surround(area, [before, after]) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const from = start + before.length;
  write(area, start, end, before + value.slice(start, end) + after, from, from + end - start);
}

function prefix(area, mark) {
  const { value, selectionEnd: end } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const lines = value.slice(start, end).split("\n").map((line) => mark + line).join("\n");
  write(area, start, end, lines, start + lines.length, start + lines.length);
}

function apply(area, mark) {
  const isLong = area.value.slice(area.selectionStart, area.selectionEnd).includes("\n");
  if (BEFORE[mark]) prefix(area, BEFORE[mark]);
  else if (mark === "code") surround(area, isLong ? ["```\n", "\n```"] : ["`", "`"]);
  else surround(area, AROUND[mark]);
}

async function preview(button) {
  const place = document.getElementById(button.getAttribute("aria-controls"));
  const isShown = place.hidden;
  button.setAttribute("aria-expanded", String(isShown));
  place.hidden = !isShown;
  if (!isShown) return;
  const data = new FormData(button.form);
  data.delete("files");
  const response = await fetch(button.dataset.preview, { method: "POST", body: data });
  if (response.ok) place.innerHTML = await response.text();
  else place.textContent = getText("notLoaded");
}

document.querySelectorAll("[data-markdown]").forEach((bar) => (bar.hidden = false));
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-markdown] button");
  if (!button) return;
  if (button.dataset.preview) preview(button);
  else apply(button.form.querySelector("textarea"), button.dataset.mark);
});
document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const mark = KEYS[event.key];
  if (!mark || !area.matches?.("textarea") || !area.form?.querySelector("[data-markdown]")) return;
  event.preventDefault();
  event.stopPropagation();
  apply(area, mark);
}, { capture: true });
