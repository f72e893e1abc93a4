// li[data-sending="2026-…"], a reply that waits to be sent: counts the seconds down. Then the
// conversation is asked for until the reply is among its messages; live updates are usually faster.
const COUNT_MS = 500;
const ASK_MS = 3000;
const MAX_ASKS = 8;
const asks = new Map();

function tick() {
  for (const item of document.querySelectorAll("li[data-sending]")) {
    const seconds = Math.ceil((Date.parse(item.dataset.sending) - Date.now()) / 1000);
    const time = item.querySelector("time");
    const text = seconds > 0 ? getText("sendingIn", { seconds }) : getText("sending");
    if (time.textContent !== text) time.textContent = text;
    if (seconds <= 0) finish(item);
  }
}

function finish(item) {
  item.querySelector("[data-undo-reply]")?.setAttribute("hidden", "");
  const asked = asks.get(item.id) ?? { count: 0, next: Date.now() + ASK_MS / 2 };
  asks.set(item.id, asked);
  if (asked.count >= MAX_ASKS || Date.now() < asked.next) return;
  asked.count += 1;
  asked.next = Date.now() + ASK_MS * asked.count;
  item.closest("[hx-trigger]")?.dispatchEvent(new CustomEvent("ticket-changed"));
}

setInterval(tick, COUNT_MS);
tick();
