// A short sound and a browser notification for what is new, if the agent chose them in the
// notification settings. The server is asked once in a tab, and again while tickets change if the
// agent wants alerts. Of several tabs, one alerts.
const alertsUrl = document.body.dataset.alertsUrl;
const chooser = document.querySelector("[data-alerts-form]");
const MARKS = `alerts ${alertsUrl}`;
const ASK_MS = 5000; // notifications are written a moment after the change
const IDLE_MS = 60000;
let alertsPlanned;
let audio;

// Two rising tones of a quarter of a second.
function playSound() {
  audio ??= new AudioContext();
  const start = audio.currentTime;
  for (const [index, pitch] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = start + index * 0.13;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.12);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.13);
  }
}

function showAlert({ title, body, url }) {
  const shown = new Notification(title, { body, tag: url });
  shown.addEventListener("click", () => {
    window.focus();
    location.assign(url);
  });
}

function readMarks() {
  return JSON.parse(localStorage.getItem(MARKS) ?? "{}");
}

// Another tab of this browser may have alerted in the meantime.
function isNew(found) {
  const { notification = 0, ticket = 0 } = readMarks();
  return found.notification > notification || found.ticket > ticket;
}

function alertOf(found) {
  const isFirst = !localStorage.getItem(MARKS);
  const isUnseen = isNew(found);
  const { notification, ticket } = found;
  localStorage.setItem(MARKS, JSON.stringify({ notification, ticket }));
  if (isFirst || !isUnseen || !found.news.length) return;
  if (found.plays_sound) playSound();
  const mayShow = "Notification" in window && Notification.permission === "granted";
  if (found.shows_alerts && document.hidden && mayShow) found.news.forEach(showAlert);
}

async function askForAlerts() {
  const answer = await fetch(`${alertsUrl}?${new URLSearchParams(readMarks())}`, {
    headers: { "HX-Request": "true" },
  });
  if (!answer.ok) return false;
  const found = await answer.json();
  sessionStorage.setItem(MARKS, found.is_on ? "on" : "off");
  if (found.is_on) alertOf(found);
  return found.is_on;
}

async function runAlerts() {
  clearTimeout(alertsPlanned);
  alertsPlanned = undefined;
  if (await askForAlerts().catch(() => true)) planAlerts(IDLE_MS * (0.75 + Math.random() / 2));
}

function planAlerts(wait) {
  alertsPlanned ??= setTimeout(runAlerts, wait);
}

if (chooser) sessionStorage.removeItem(MARKS); // the choice may change here
if (alertsUrl && sessionStorage.getItem(MARKS) !== "off") {
  planAlerts(ASK_MS);
  document.addEventListener("ticket", () => {
    if (sessionStorage.getItem(MARKS) !== "on") return;
    clearTimeout(alertsPlanned);
    alertsPlanned = undefined;
    planAlerts(ASK_MS);
  });
}

chooser?.addEventListener("change", ({ target }) => {
  if (target.name === "plays_sound" && target.checked) playSound();
  if (target.name === "shows_alerts" && target.checked) Notification?.requestPermission();
});
