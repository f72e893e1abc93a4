// <time datetime="…" data-countdown data-state="ok|soon|overdue" data-soon="3600">: one shared timer keeps all of them.
const TICK_MS = 30_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function describe(seconds) {
  const left = Math.abs(seconds);
  if (left < MINUTE) return "1 min";
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min`;
  if (left < DAY) return withRest(left, HOUR, "h", MINUTE, "min");
  return withRest(left, DAY, "d", HOUR, "h");
}

function withRest(seconds, unit, word, lesser, lesserWord) {
  const rest = Math.floor((seconds % unit) / lesser);
  const whole = `${Math.floor(seconds / unit)} ${word}`;
  return rest ? `${whole} ${rest} ${lesserWord}` : whole;
}

function stateOf(seconds, soon) {
  if (seconds < 0) return "overdue";
  return seconds <= soon ? "soon" : "ok";
}

function update(element) {
  const due = Date.parse(element.dateTime);
  if (Number.isNaN(due)) return;
  const seconds = (due - Date.now()) / 1000;
  const text = seconds < 0 ? `${describe(seconds)} overdue` : `in ${describe(seconds)}`;
  const words = element.querySelector("[data-countdown-text]") ?? element;
  if (words.textContent !== text) words.textContent = text;
  element.dataset.state = stateOf(seconds, Number(element.dataset.soon ?? HOUR));
}

function updateAll() {
  document.querySelectorAll("time[data-countdown]").forEach(update);
}

setInterval(updateAll, TICK_MS);
document.addEventListener("visibilitychange", () => document.hidden || updateAll());
document.addEventListener("htmx:after:swap", updateAll);
updateAll();
