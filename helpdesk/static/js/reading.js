// [data-read]: a ticket with unread notifications. Once the page has been in view for a moment, they
// are marked as read (the URL in data-read). Without this script, opening a notification does that.
const SEEN_MS = 2000;
let waiting;

async function markRead() {
  const unread = document.querySelector("[data-read]");
  if (!unread || document.hidden) return;
  const { read } = unread.dataset;
  unread.remove();
  const inherited = document.body.getAttribute("hx-headers:inherited") ?? "{}";
  await fetch(read, { method: "POST", headers: JSON.parse(inherited) }).catch(() => null);
}

function waitToMark() {
  clearTimeout(waiting);
  waiting = setTimeout(markRead, SEEN_MS);
}

for (const name of ["htmx:after:swap", "visibilitychange"]) {
  document.addEventListener(name, waitToMark);
}
waitToMark();
