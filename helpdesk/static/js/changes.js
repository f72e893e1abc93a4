// form[data-change] changes a ticket and updates its panel in place
// (templates/agent/ticket/_swap.html): its menu closes, its message leaves, and the focus stays
// near the change.
function focusNear(property) {
  const summary = property && document.querySelector(`[data-property="${property}"] > summary`);
  (summary ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

function propertyOf(form) {
  const field = form.querySelector(
    "[name=assignee], [name=priority], [name=product], [name=department]",
  );
  return field?.name;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-change]")) return;
  const menu = form.closest("details[data-menu]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus({ preventScroll: true });
});

document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form[data-change]") ?? event.detail?.ctx?.sourceElement;
  if (!form?.matches?.("form[data-change]")) return;
  const focused = document.activeElement;
  const hadFocus = form.contains(focused) || focused === document.body;
  form.closest("[data-toast]")?.remove();
  if (hadFocus && !form.isConnected) focusNear(propertyOf(form));
});
