// q (shortcuts.js) quotes the selected text of a message in the composer, as lines that begin with
// ">". Without a selection it does nothing.

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

document.addEventListener("shortcut:q", (event) => {
  const text = getQuoted();
  const area = document.querySelector("form[data-composer] textarea");
  if (!text || !area) return;
  event.preventDefault();
  quote(area, text);
});
