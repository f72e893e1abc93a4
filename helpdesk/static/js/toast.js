// [data-toast]: can be dismissed; all but errors and calls leave on their own, unless the pointer or
// the focus is on them. One with a button (Undo) stays longer, until the next one with a button.
// Failed htmx requests are shown here, except those that the page made by itself: it repeats them,
// and nothing was lost.
const STAY_MS = 6000;
const STAY_TO_ACT_MS = 20000;
const ANNOUNCED_AFTER_MS = 100; // once a screen reader knows the region
const STREAM = "[hx-sse\\:connect]";
const BACKGROUND = `[data-live-queue], [data-live-ticket], [data-live-defect], ${STREAM}`;
const region = document.getElementById("toasts");

function leaveLater(toast) {
  if (toast.matches('[data-level="error"], [data-call]') || toast.dataset.leaving) return;
  toast.dataset.leaving = "true";
  const tryLeaving = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(tryLeaving, STAY_MS / 3);
    else toast.remove();
  };
  setTimeout(tryLeaving, toast.querySelector("form") ? STAY_TO_ACT_MS : STAY_MS);
}

// Requests of live parts and the event stream, which the user didn't start.
function isBackground(ctx) {
  const isRead = (ctx?.request?.method ?? "GET").toUpperCase() === "GET";
  return isRead && Boolean(ctx?.sourceElement?.matches?.(BACKGROUND));
}

function isShown(text) {
  return [...region.querySelectorAll(".toast-text")].some((words) => words.textContent === text);
}

function explain({ ctx }) {
  const status = ctx?.response?.status ?? 0;
  const isRead = (ctx?.request?.method ?? "").toUpperCase() === "GET";
  const isGone = [403, 404].includes(status);
  if (isBackground(ctx)) return isGone && !ctx.sourceElement.matches(STREAM) ? "noLongerYours" : "";
  if (status >= 500) return isRead ? "notLoaded" : "serverError";
  if (isGone) return isRead ? "noLongerYours" : "outOfDate";
  return "";
}

function show(text) {
  if (isShown(text)) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toast = "";
  toast.dataset.level = "error";
  const words = document.createElement("p");
  words.className = "toast-text";
  words.textContent = text;
  toast.append(words, closeButton());
  region.append(toast);
}

function closeButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.dataset.toastClose = "";
  button.textContent = getText("dismiss");
  return button;
}

function greet() {
  const withButtons = [...region.querySelectorAll("[data-toast]:has(form)")];
  withButtons.slice(0, -1).forEach((toast) => toast.remove());
  region.querySelectorAll("[data-toast]").forEach(leaveLater);
}

// A screen reader says what is added to the region, not what the page came with.
function announce() {
  setTimeout(() => {
    region.append(...region.children);
    greet();
  }, ANNOUNCED_AFTER_MS);
}

if (region) {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-toast-close]")) event.target.closest("[data-toast]").remove();
  });
  document.addEventListener("htmx:after:swap", greet);
  document.addEventListener("htmx:response:error", (event) => {
    const name = explain(event.detail ?? {});
    if (name) show(getText(name));
  });
  document.addEventListener("htmx:error", (event) => {
    if (!isBackground(event.detail?.ctx)) show(getText("noConnection"));
  });
  if (region.children.length) announce();
}
