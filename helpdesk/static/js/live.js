// The event stream says only which ticket changed ("ticket", data: its number). Each open part then asks for itself:
// [data-live-queue] is told "queue-changed", [data-live-ticket="7"] "ticket-changed"; a burst is told once. After a
// broken stream everything is told, because lines may have been missed.
const GATHER_MS = 400;
const waiting = new Map();
let streams = 0;

function tell(element, name) {
  waiting.delete(element);
  if (element.isConnected) element.dispatchEvent(new CustomEvent(name));
}

function tellSoon(selector, name) {
  for (const element of document.querySelectorAll(selector)) {
    if (waiting.has(element)) continue;
    waiting.set(element, setTimeout(tell, GATHER_MS, element, name));
  }
}

document.addEventListener("ticket", (event) => {
  const number = Number(event.detail?.data);
  if (!Number.isInteger(number)) return;
  tellSoon("[data-live-queue]", "queue-changed");
  tellSoon(`[data-live-ticket="${number}"]`, "ticket-changed");
});

document.addEventListener("htmx:after:sse:connection", () => {
  streams += 1;
  if (streams === 1) return;
  tellSoon("[data-live-queue]", "queue-changed");
  tellSoon("[data-live-ticket]", "ticket-changed");
});
