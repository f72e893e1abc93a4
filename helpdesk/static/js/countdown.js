// <time datetime="…" data-countdown data-state="ok|soon|overdue">: one timer keeps them all
// current. The texts are those of helpdesk/shared/wording/times.py.
const TICK_MS = 30_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function describe(seconds) {
  const span = Math.max(Math.abs(seconds), MINUTE);
  const minutes = Math.floor((span % HOUR) / MINUTE);
  const hours = Math.floor((span % DAY) / HOUR);
  const days = Math.floor(span / DAY);
  if (span < HOUR) return getText("minutes", { minutes });
  if (span < DAY) return getText(minutes ? "hoursMinutes" : "hours", { hours, minutes });
  return getText(hours ? "daysHours" : "days", { days, hours });
}

function stateOf(seconds) {
  if (seconds < 0) return "overdue";
  return seconds <= HOUR ? "soon" : "ok";
}

function update(element) {
  const due = Date.parse(element.dateTime);
  if (Number.isNaN(due)) return;
  const seconds = (due - Date.now()) / 1000;
  const text = getText(seconds < 0 ? "overdue" : "dueIn", { time: describe(seconds) });
  if (element.textContent !== text) element.textContent = text;
  element.dataset.state = stateOf(seconds);
}

function updateAll() {
  document.querySelectorAll("time[data-countdown]").forEach(update);
}

setInterval(updateAll, TICK_MS);
document.addEventListener("visibilitychange", () => document.hidden || updateAll());
document.addEventListener("htmx:after:swap", updateAll);
updateAll();
