// Every posting form is submitted once: its buttons are disabled until the page changes, comes
// back, or htmx or form_dialog.js is done.
const RESTING = "data-resting";

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function rest(form) {
  form.setAttribute("aria-busy", "true");
  for (const button of buttonsOf(form)) {
    if (button.disabled) continue;
    button.setAttribute(RESTING, "");
    button.disabled = true;
  }
}

function wake(form) {
  form.removeAttribute("aria-busy");
  for (const button of buttonsOf(form)) {
    if (!button.hasAttribute(RESTING)) continue;
    button.removeAttribute(RESTING);
    button.disabled = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const handled = event.defaultPrevented && !form.hasAttribute("data-htmx-powered");
  if (form.method !== "post" || handled) return;
  // After the browser has read the form: a disabled button's value would not be sent.
  setTimeout(() => rest(form));
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) wake(form);
});
document.addEventListener("dialog:answered", (event) => wake(event.target));
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(wake));
