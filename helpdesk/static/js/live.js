// The event stream names the ticket that changed ("ticket", data: its number, id: the version of
// the desk). Each live part then reloads: [data-live-queue] gets "queue-changed",
// [data-live-ticket="7"] gets "ticket-changed", and on pages about defects [data-live-defect] gets
// "defect-changed" ("defect": one that the page shows has changed), at most once every "pace"
// seconds. The server raises the pace when many lists would reload at once. When a stream
// reconnects, all parts reload if the desk's version changed ("hello"). Without a stream, because
// the server rejected it or is unavailable, parts reload about once a minute.
const GATHER_MS = 250;
const POLL_MS = 60000;
const MAX_RETRY_MS = 300000;
const waiting = new Map();
const reloaded = new WeakMap();
const connected = new WeakSet();
let pace = 1;
let version = null;
let hasBeenLost = false;
let polling;
let refusals = 0;
let wasHidden = false;

function notify(element, name) {
  waiting.delete(element);
  reloaded.set(element, Date.now());
  if (element.isConnected) element.dispatchEvent(new CustomEvent(name));
}

// Random, so that pages don't all reload at once.
function chooseWait(element) {
  const since = Date.now() - (reloaded.get(element) ?? 0);
  const spread = element.hasAttribute("data-live-queue") ? (pace - 1) * 1000 : 0;
  return Math.max(GATHER_MS + Math.random() * spread, pace * 1000 - since);
}

function notifySoon(selector, name) {
  for (const element of document.querySelectorAll(selector)) {
    if (waiting.has(element)) continue;
    waiting.set(element, setTimeout(notify, chooseWait(element), element, name));
  }
}

function reloadAll() {
  notifySoon("[data-live-queue]", "queue-changed");
  notifySoon("[data-live-ticket]", "ticket-changed");
  notifySoon("[data-live-defect]", "defect-changed");
}

function pollRarely() {
  polling ??= setTimeout(() => {
    polling = undefined;
    if (!document.hidden) reloadAll();
    pollRarely();
  }, POLL_MS * (0.5 + Math.random()));
}

function stopPolling() {
  clearTimeout(polling);
  polling = undefined;
}

function connect(element) {
  if (!element.isConnected) return;
  htmx.ajax("GET", element.getAttribute("hx-sse:connect"), { source: element });
}

// Nothing sends the streams' own trigger. htmx would connect them a tick after its script has run:
// on a slow network, that is before its extension and these listeners have arrived.
function connectNew() {
  for (const element of document.querySelectorAll("[hx-sse\\:connect]")) {
    if (connected.has(element)) continue;
    connected.add(element);
    connect(element);
  }
}

const isStream = (element) => element?.hasAttribute?.("hx-sse:connect");

// htmx reconnects a broken stream, but not one that was rejected in the first place.
function connectAgain(element, retryAfter) {
  const wait = Math.min((Number(retryAfter) || 15) * 1000 * 2 ** refusals, MAX_RETRY_MS);
  refusals += 1;
  setTimeout(connect, wait * (0.5 + Math.random()), element);
}

document.addEventListener("ticket", (event) => {
  const number = Number(event.detail?.data);
  if (!Number.isInteger(number)) return;
  version = Number(event.detail.id) || version;
  notifySoon("[data-live-queue]", "queue-changed");
  notifySoon(`[data-live-ticket="${number}"]`, "ticket-changed");
});

// Rows rendered for this version, even for another page, are recent enough
// (helpdesk/agent/lists/shared_rows.py).
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail ?? {};
  if (!version || !ctx?.sourceElement?.matches?.("[data-live-queue]")) return;
  ctx.request.headers["Live-Version"] = String(version);
});

document.addEventListener("defect", () => notifySoon("[data-live-defect]", "defect-changed"));

document.addEventListener("pace", (event) => {
  pace = Math.max(1, Number(event.detail?.data) || 1);
});

document.addEventListener("hello", (event) => {
  const current = Number(event.detail?.data);
  if (hasBeenLost && (!current || current !== version)) reloadAll();
  version = current;
});

// Not all is known that changed between the page and its stream. After a broken stream, "hello"
// decides.
document.addEventListener("missed", () => {
  if (!hasBeenLost) reloadAll();
});

// "held": the number of quarantined emails, for the sidebar.
document.addEventListener("held", (event) => {
  for (const element of document.querySelectorAll('[data-live-count="held"]')) {
    const count = event.detail?.data ?? "";
    element.textContent = count === "0" ? "" : count;
  }
});

document.addEventListener("htmx:before:sse:connection", (event) => {
  const { connection } = event.detail;
  if (!connection?.config) return;
  connection.config.reconnectJitter = 1; // between no delay and twice the delay
  hasBeenLost ||= connection.attempt > 0;
  // When the user returns to the tab, reconnect right away.
  if (wasHidden && connection.attempt > 0) {
    setTimeout(() => connection.delayCanceller?.(), Math.random() * 500);
  }
  wasHidden = document.hidden;
});

document.addEventListener("visibilitychange", () => {
  wasHidden ||= document.hidden;
});

document.addEventListener("htmx:after:sse:connection", () => {
  refusals = 0;
  stopPolling();
});

document.addEventListener("htmx:sse:error", () => {
  hasBeenLost = true;
  pollRarely();
});

for (const name of ["htmx:response:error", "htmx:error"]) {
  document.addEventListener(name, (event) => {
    const { ctx } = event.detail ?? {};
    if (!isStream(ctx?.sourceElement)) return;
    const response = ctx.response;
    if (response && response.status < 500) return; // signed out, or no access
    hasBeenLost = true;
    pollRarely();
    connectAgain(ctx.sourceElement, response?.headers?.get?.("Retry-After"));
  });
}

document.addEventListener("htmx:after:process", connectNew);
connectNew();
