// "Redact text" takes the text that was last selected in a message along, in the body of a post: it
// may be a secret, which no URL may hold. Without this script, or without a selection, it is typed.
const BODIES = "#conversation .message-body";
let selected = "";

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const text = selection.toString().trim();
  if (text && selection.anchorNode?.parentElement?.closest(BODIES)) selected = text;
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href$='/redaction/']");
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (!link || !selected || !token || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: link.href, hidden: true });
  for (const [name, value] of [["text", selected], [token.name, token.value]]) {
    const field = document.createElement("textarea");
    Object.assign(field, { name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
});
