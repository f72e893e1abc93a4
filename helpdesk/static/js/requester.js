// [data-requester]: the arrow down moves from the search to who was found, and Enter selects the only
// one, instead of sending the form. If the list isn't that of the words yet, Enter waits for it.
// Whoever is selected by Enter or with the mouse leaves the focus in the field to go on with: the
// description, or the address of an account's new contact.
let wanted = null;

const listFound = (box) => [...box.querySelectorAll("[name=choice][type=radio]")];
const isSearch = (element) => element?.name === "requester" && element.type === "text";

function goOn(box, radio) {
  const isAccount = radio.value.startsWith("account:");
  const name = isAccount ? "new_email" : "text";
  (isAccount ? box : radio.form).querySelector(`[name=${name}]`)?.focus();
}

function takeOnly(field) {
  const box = field.closest("[data-requester]");
  const words = box.querySelector("[data-words]")?.dataset.words;
  const [only, ...others] = listFound(box);
  if (wanted !== field.value || words !== field.value.trim() || !only || others.length) return;
  wanted = null;
  only.checked = true;
  only.dispatchEvent(new Event("change", { bubbles: true }));
  goOn(box, only);
}

document.addEventListener("change", (event) => {
  if (event.target.name !== "choice" || !event.target.value.startsWith("account:")) return;
  const details = event.target.closest("[data-requester]")?.querySelector("details");
  if (details) details.open = true;
});
// A click with the mouse: arrow keys and screen readers click, too, but without a pointer.
document.addEventListener("click", (event) => {
  const radio = event.target.closest?.(".candidate-choice")?.querySelector("[name=choice]");
  if (radio && event.pointerType === "mouse" && event.target !== radio) {
    setTimeout(() => goOn(radio.closest("[data-requester]"), radio)); // after the label's own click
  }
});
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-requester]");
  if (!box || !isSearch(event.target)) return;
  const found = listFound(box);
  if (event.key === "ArrowDown" && found.length) {
    (found.find((one) => one.checked) ?? found[0]).focus();
    event.preventDefault();
  }
  if (event.key === "Enter") {
    event.preventDefault();
    wanted = event.target.value;
    takeOnly(event.target);
  }
});
document.addEventListener("htmx:after:swap", () => {
  if (wanted !== null && isSearch(document.activeElement)) takeOnly(document.activeElement);
});
