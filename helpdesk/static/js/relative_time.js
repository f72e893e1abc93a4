// <time datetime="…" data-relative>: "3m", "2h", "5d"; data-relative="ago": "3m ago". From a week
// on the text stays as the server wrote it. The texts: helpdesk/shared/wording/times.py.
const TICK_MS = 60_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

function describe(seconds) {
  if (seconds < HOUR) return getText("minutes", { minutes: Math.floor(seconds / MINUTE) });
  if (seconds < DAY) return getText("hours", { hours: Math.floor(seconds / HOUR) });
  return getText("days", { days: Math.floor(seconds / DAY) });
}

function update(element) {
  const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000;
  if (Number.isNaN(seconds) || seconds >= WEEK) return;
  const isAgo = element.dataset.relative === "ago";
  const time = describe(seconds);
  if (seconds < MINUTE) element.textContent = getText(isAgo ? "justNow" : "now");
  else element.textContent = isAgo ? getText("ago", { time }) : time;
}

function updateAll() {
  document.querySelectorAll("time[data-relative]").forEach(update);
}

setInterval(updateAll, TICK_MS);
document.addEventListener("visibilitychange", () => document.hidden || updateAll());
document.addEventListener("htmx:after:swap", updateAll);
updateAll();
