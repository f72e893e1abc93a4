// [data-requester]: the arrow down moves from the search to who was found, and Enter selects the only
// one, instead of sending the form. An account asks for its new contact.
document.addEventListener("change", (event) => {
  if (event.target.name !== "choice" || !event.target.value.startsWith("account:")) return;
  const details = event.target.closest("[data-requester]")?.querySelector("details");
  if (details) details.open = true;
});
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-requester]");
  if (!box || event.target.type !== "text" || event.target.name !== "requester") return;
  const found = [...box.querySelectorAll("[type=radio]")];
  if (event.key === "ArrowDown" && found.length) {
    found.find((one) => one.checked)?.focus();
    if (!found.some((one) => one.checked)) found[0].focus();
    event.preventDefault();
  }
  if (event.key === "Enter") {
    if (found.length === 1) found[0].checked = true;
    event.preventDefault();
  }
});
