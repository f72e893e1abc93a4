// A click on the backdrop of a dialog closes it, unless someone writes in it.
document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog.dialog:not([data-keep])")) event.target.close();
});
