// <time datetime="…" data-relative>: "3 min", "2 h", "5 d" ago; older than a week stays as the server wrote it.
const TICK_MS = 60_000;
const STEPS = [[60, 1, "s"], [3600, 60, "min"], [86_400, 3600, "h"], [604_800, 86_400, "d"]];

function describe(seconds) {
  if (seconds < 60) return "now";
  const step = STEPS.find(([limit]) => seconds < limit);
  return step && `${Math.floor(seconds / step[1])} ${step[2]}`;
}

function update(element) {
  const text = describe((Date.now() - Date.parse(element.dateTime)) / 1000);
  const ago = element.dataset.relative === "ago" && text !== "now" ? " ago" : "";
  if (text) element.textContent = text + ago;
}

function updateAll() {
  document.querySelectorAll("time[data-relative]").forEach(update);
}

setInterval(updateAll, TICK_MS);
document.addEventListener("visibilitychange", () => document.hidden || updateAll());
document.addEventListener("htmx:after:swap", updateAll);
updateAll();
