// A list that changes live waits while someone is about to click in it: as long as the pointer has
// just moved over it, or the keyboard has just moved the focus in it. No row moves under a finger.
const list = document.querySelector("[data-live-queue]");
const CALM_MS = 2500;
let usedAt = 0;
let waiting;

function isInUse() {
  return Date.now() - usedAt < CALM_MS;
}

function tryAgain() {
  waiting = undefined;
  if (list.isConnected) list.dispatchEvent(new CustomEvent("queue-changed"));
}

if (list) {
  const note = () => { usedAt = Date.now(); };
  for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
    list.addEventListener(name, note, { passive: true });
  }
  list.addEventListener("pointerleave", () => { usedAt = 0; });
  document.addEventListener("queue-changed", (event) => {
    if (event.target !== list || !isInUse()) return;
    event.stopImmediatePropagation();
    waiting ??= setTimeout(tryAgain, CALM_MS);
  }, { capture: true });
}
