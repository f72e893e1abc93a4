// The event stream names the ticket that changed ("ticket", data: its number). Each open part then reloads itself:
// [data-live-queue] gets "queue-changed", [data-live-ticket="7"] gets "ticket-changed", once per burst. After a
// broken stream every part reloads, because events may have been missed.
const GATHER_MS = 400;
const waiting = new Map();
let streams = 0;

function notify(element, name) {
  waiting.delete(element);
  if (element.isConnected) element.dispatchEvent(new CustomEvent(name));
}

function notifySoon(selector, name) {
  for (const element of document.querySelectorAll(selector)) {
    if (waiting.has(element)) continue;
    waiting.set(element, setTimeout(notify, GATHER_MS, element, name));
  }
}

document.addEventListener("ticket", (event) => {
  const number = Number(event.detail?.data);
  if (!Number.isInteger(number)) return;
  notifySoon("[data-live-queue]", "queue-changed");
  notifySoon(`[data-live-ticket="${number}"]`, "ticket-changed");
});

// "held": the number of quarantined emails, for the sidebar.
document.addEventListener("held", (event) => {
  for (const element of document.querySelectorAll('[data-live-count="held"]')) {
    const count = event.detail?.data ?? "";
    element.textContent = count === "0" ? "" : count;
  }
});

document.addEventListener("htmx:after:sse:connection", () => {
  streams += 1;
  if (streams === 1) return;
  notifySoon("[data-live-queue]", "queue-changed");
  notifySoon("[data-live-ticket]", "ticket-changed");
});
