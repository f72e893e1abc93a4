// #conversation: opens at what is new. This browser remembers per ticket the newest entry that was on
// the screen; entries since then get a line "New" above them, and a link that says how many there are.
// Without them, the newest message is in view. A URL with a hash, and Back, keep their own place.
const MAX_TICKETS = 500;
const SEEN_MS = 2000;
const store = `seen ${document.querySelector("[data-owner]")?.dataset.owner}`;
const list = document.getElementById("conversation");

const readTimes = () => JSON.parse(localStorage.getItem(store) ?? "{}");
const timeOf = (entry) => entry.querySelector("time[datetime]")?.dateTime ?? "";
const listMessages = () => [...list.querySelectorAll(":scope > .message")];
const isNewer = (entry, seen) => new Date(timeOf(entry)) > new Date(seen);

function remember() {
  const newest = listMessages().at(-1);
  if (!newest || document.hidden) return;
  const { [location.pathname]: _before, ...others } = readTimes();
  const kept = Object.entries(others).slice(1 - MAX_TICKETS);
  const times = Object.fromEntries([...kept, [location.pathname, timeOf(newest)]]);
  localStorage.setItem(store, JSON.stringify(times));
}

function mark(fresh) {
  const line = document.createElement("li");
  line.className = "unread-line";
  line.id = "first-unread";
  line.textContent = getText("newSince");
  fresh[0].before(line);
  const link = document.createElement("a");
  link.className = "button button-sm unread-link";
  link.href = "#first-unread";
  link.textContent = getText("newCount", { count: fresh.length });
  list.before(link);
  return line;
}

function open() {
  const seen = readTimes()[location.pathname];
  const messages = listMessages();
  const fresh = seen ? messages.filter((entry) => isNewer(entry, seen)) : [];
  const line = fresh.length ? mark(fresh) : null;
  const [visit] = performance.getEntriesByType("navigation");
  if (location.hash || visit?.type === "back_forward" || scrollY) return;
  if (line) line.scrollIntoView({ block: "center" });
  else messages.at(-1)?.scrollIntoView({ block: "nearest" });
}

if (list && location.pathname.includes("/tickets/")) {
  open();
  setTimeout(remember, SEEN_MS);
  document.addEventListener("visibilitychange", remember);
  document.addEventListener("htmx:after:swap", () => setTimeout(remember, SEEN_MS));
}
