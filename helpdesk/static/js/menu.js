// details[data-menu]: one open at a time; Escape, a click elsewhere or leaving by Tab closes it.
const OPEN = "details[data-menu][open]";

function closeOthers(kept) {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (menu !== kept && !menu.contains(kept)) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeOthers(event.target.closest?.("details[data-menu]")));
document.addEventListener("focusin", (event) => closeOthers(event.target.closest?.("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(OPEN);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
});
