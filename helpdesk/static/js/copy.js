// button[data-copy="id"]: copies the value of that field, or that text, and says so for a moment.
// Without access to the clipboard the button stays hidden, and the field can be selected.
const SHOWN_MS = 2000;

function offerCopies() {
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) return;
  field.select?.();
  try {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
  } catch {
    return; // refused by the browser: the text is selected
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = getText("copied");
  setTimeout(() => { label.textContent = before; }, SHOWN_MS);
});
offerCopies();
