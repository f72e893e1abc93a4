// A click on the backdrop of a dialog closes it.
document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog.dialog")) event.target.close();
});
