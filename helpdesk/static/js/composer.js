// form[data-composer]: Ctrl+Enter sends, r and n (shortcuts.js) choose reply or note, and leaving
// with unsent text asks first, unless it is saved as a draft (drafts.js). Ctrl+Enter sends every
// other form.form of a page or dialog, too, by its main button.
const composers = () => document.querySelectorAll("form[data-composer]");

function textOf(form) {
  return form.querySelector("textarea");
}

function isUnsent(form) {
  const text = textOf(form);
  if (form.dataset.sent || form.dataset.draftSaved) return false;
  return text && text.value.trim() !== text.defaultValue.trim();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-composer], form.form[method=post]");
  const main = form?.querySelector("[data-composer-send], .form-actions .button-primary");
  if (!main || main.disabled) return;
  event.preventDefault();
  form.requestSubmit(main);
});

// "Send and open the next ticket" goes on in the list that the page knows by now.
document.addEventListener("submit", (event) => {
  const following = document.querySelector("#walk a[rel=next]");
  const list = event.target.elements?.list;
  if (event.submitter?.name !== "go_next" || !following || !list) return;
  list.value = new URL(following.href).searchParams.get("list") ?? "";
}, { capture: true });

// Bubble phase on document: after confirm.js, which may have stopped it.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-composer]")) event.target.dataset.sent = "true";
});
document.addEventListener("htmx:response:error", (event) => {
  const form = event.target.closest?.("form[data-composer]");
  if (form) delete form.dataset.sent;
});

// Choosing a kind, by mouse or shortcut, moves the focus to the text.
document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-composer-kind]");
  if (choice) textOf(choice.form)?.focus();
});

addEventListener("beforeunload", (event) => {
  if ([...composers()].some(isUnsent)) event.preventDefault();
});
addEventListener("pageshow", () => composers().forEach((form) => delete form.dataset.sent));
