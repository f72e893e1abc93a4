// [data-dialog="id"] opens <dialog id>; a click on its backdrop closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  else if (event.target.matches?.("dialog.dialog")) event.target.close();
});
