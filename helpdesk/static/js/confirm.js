// [data-confirm="Close this ticket?"] on a submit button or a form, and htmx's hx-confirm, ask in
// the page's dialog. data-confirm-word is the label of the answer.
const dialog = document.getElementById("confirm-dialog");

function ask(question, answer) {
  dialog.querySelector("[data-confirm-text]").textContent = question;
  dialog.querySelector("[data-confirm-ok]").textContent = answer || getText("continue");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), { once: true });
  });
}

async function askThenSubmit(form, submitter, asker) {
  if (!(await ask(asker.dataset.confirm, asker.dataset.confirmWord))) return;
  form.dataset.confirmed = "true";
  form.requestSubmit(submitter);
}

if (dialog) {
  // In the capture phase: before submit_once.js and htmx see the submit.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const asker = event.submitter?.matches("[data-confirm]") ? event.submitter : form;
    if (!asker.dataset.confirm || form.dataset.confirmed) {
      delete form.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    askThenSubmit(form, event.submitter, asker);
  }, { capture: true });

  document.addEventListener("htmx:confirm", async (event) => {
    event.preventDefault();
    const { ctx, issueRequest, dropRequest } = event.detail;
    if (await ask(ctx.confirm)) issueRequest();
    else dropRequest();
  });
}
