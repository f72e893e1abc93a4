// In a form's group of radio buttons, a digit chooses the option of that place. The focus goes on to
// what is required and still empty, so that writing can begin.
const REQUIRED = "input[required]:not([type=radio], [type=checkbox]), textarea[required]";
const DIGIT = /^[1-9]$/;

function focusNextRequired(radio) {
  const following = [...radio.form.querySelectorAll(REQUIRED)].find((field) => {
    const isAfter = radio.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
    return isAfter && !field.value.trim() && field.checkVisibility();
  });
  following?.focus();
}

document.addEventListener("keydown", (event) => {
  const group = event.target.matches?.("[type=radio]") && event.target.closest(".choices");
  const isCommand = event.ctrlKey || event.metaKey || event.altKey;
  if (!group || isCommand || !DIGIT.test(event.key)) return;
  const radio = group.querySelectorAll("[type=radio]")[event.key - 1];
  if (!radio || radio.disabled) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  radio.focus();
  radio.click();
  focusNextRequired(radio);
}, { capture: true });
