// form[data-composer]: a text that speaks of an attachment without having one asks once before it is
// sent. Quoted lines don't count. After reply_guard.js and before confirm.js, which asks. Without
// script the server asks, by the same words (attachment_words.py); the field without_files says that
// one of them has asked.
const WORDS = new RegExp(
  "(?<![\\p{L}\\p{N}])(attach(ed|ment|ments|ing)?|enclosed|anhang|angehängt\\p{L}*|" +
    "beigefügt\\p{L}*|anbei|anexo|anexos|anexei|anexad[oa]s?)(?![\\p{L}\\p{N}])",
  "iu",
);

const hasFiles = (form) =>
  [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length) ||
  Boolean(form.querySelector("[name=kept]:checked"));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-composer]") || form.dataset.confirm) return;
  const asked = form.elements.without_files;
  if (!asked || asked.value) return;
  const text = form.querySelector("textarea").value.replace(/^>.*$/gm, "");
  if (hasFiles(form) || !WORDS.test(text)) return;
  asked.value = "1";
  form.dataset.confirm = getText("noAttachment");
  form.dataset.confirmWord = getText("sendAnyway");
}, { capture: true });
