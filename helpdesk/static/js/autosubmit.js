// form[data-autosubmit]: a change of any control submits the form, typing after a pause. CSS hides its button.
const TYPING_MS = 300;
const TYPED = "input[type=search], input[type=text]";
let waiting;

function send(form) {
  clearTimeout(waiting);
  form.requestSubmit();
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && !event.target.matches(TYPED)) send(form);
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-autosubmit]") || !event.target.matches(TYPED)) return;
  clearTimeout(waiting);
  waiting = setTimeout(send, TYPING_MS, form);
});
