// [data-viewers="URL"] lists the other agents on the ticket, as the event stream names them
// ("viewers", data: JSON). While others are there, typing in the composer is posted to the URL, at
// most once in TELL_MS.
const TELL_MS = 4000;
const TYPING_MS = 10000; // after the last word of it (helpdesk/live/viewers.py)
const LABELS = { "": "isViewing", reply: "isTypingReply", note: "isTypingNote" };
const list = document.querySelector("[data-viewers]");
let others = [];
let told = 0;
let resting;

function drawAvatar({ initials, tone }) {
  const avatar = document.createElement("span");
  avatar.className = "avatar avatar-sm";
  avatar.dataset.tone = tone;
  avatar.ariaHidden = "true";
  avatar.textContent = initials;
  return avatar;
}

function drawViewer(viewer) {
  const line = document.createElement("span");
  line.className = "viewer";
  const words = document.createElement("span");
  words.dir = "auto";
  words.textContent = getText(LABELS[viewer.doing], { name: viewer.name });
  if (viewer.doing) words.dataset.doing = viewer.doing;
  line.append(drawAvatar(viewer), words);
  return line;
}

function show(viewers) {
  others = viewers;
  list.replaceChildren(...others.map(drawViewer));
  clearTimeout(resting);
  if (others.some(({ doing }) => doing)) resting = setTimeout(rest, TYPING_MS);
}

function rest() {
  show(others.map((viewer) => ({ ...viewer, doing: "" })));
}

function tell(form) {
  if (!others.length || Date.now() - told < TELL_MS) return;
  told = Date.now();
  const { csrfmiddlewaretoken, kind } = form.elements;
  const body = new URLSearchParams({ kind: kind.value });
  const headers = { "X-CSRFToken": csrfmiddlewaretoken.value };
  // Who misses it sees the reply itself; there is nothing to repeat.
  fetch(list.dataset.viewers, { method: "POST", body, headers }).catch(() => {});
}

if (list) {
  document.addEventListener("viewers", (event) => show(JSON.parse(event.detail.data)));
  document.addEventListener("htmx:sse:error", () => show([]));
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-composer]");
    if (form && event.target.matches("textarea") && event.target.value.trim()) tell(form);
  });
}
