// "/" typed into an empty composer opens the ticket's macros (a[data-macros]).
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!event.target.matches?.("form[data-composer] textarea") || event.target.value.trim()) return;
  const link = document.querySelector("a[data-macros]");
  if (!link) return;
  event.preventDefault();
  link.click();
});
