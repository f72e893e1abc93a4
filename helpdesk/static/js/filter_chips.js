// form[data-add-filter]: a suggestion that is picked is applied at once. Active filters are removed
// by Delete or Backspace on them; Backspace in the empty field goes to the last of them.
const form = document.querySelector("form[data-add-filter]");
const getChips = () => [...document.querySelectorAll(".filter-pill")];

if (form) {
  const field = form.querySelector("[name=add]");

  field.addEventListener("input", (event) => {
    const isTyped = event.inputType === "insertText" || event.inputType?.startsWith("delete");
    const offered = [...form.querySelectorAll("datalist option")].map((option) => option.value);
    if (!isTyped && offered.includes(field.value)) form.requestSubmit();
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !field.value) getChips().at(-1)?.focus();
  });

  document.addEventListener("keydown", (event) => {
    const isRemoval = event.key === "Delete" || event.key === "Backspace";
    if (isRemoval && event.target.matches?.(".filter-pill")) event.target.click();
  });
}
