// q quotes the selected text of a message in the composer, as lines that begin with ">". Off while
// typing, like the shortcuts of shortcuts.js; without a selection it does nothing.
const EDITABLE = "input, textarea, select, [contenteditable]";

function getQuoted() {
  const selection = getSelection();
  const from = selection.anchorNode?.parentElement?.closest("#conversation .message-body");
  return from ? selection.toString().trim() : "";
}

function quote(area, text) {
  const lines = text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
  const before = area.value.trim() ? `${area.value.trimEnd()}\n\n` : "";
  area.focus();
  area.setSelectionRange(0, area.value.length);
  const whole = `${before}${lines}\n\n`;
  if (!document.execCommand("insertText", false, whole)) {
    area.value = whole;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(area.value.length, area.value.length);
  area.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "q" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.(EDITABLE)) return;
  const text = getQuoted();
  const area = document.querySelector("form[data-composer] textarea");
  if (!text || !area) return;
  event.preventDefault();
  quote(area, text);
});
