// Counts of the sidebar's views, live: asked for at most every few seconds while lists change, and
// about once a minute otherwise. The title and the icon of the page show the count of the open view.
const nav = document.querySelector("[data-view-counts]");
const MIN_MS = 5000;
const IDLE_MS = 60000;
let askedAt = 0;
let planned;

function show(link, count) {
  let badge = link.querySelector(".nav-count");
  if (!badge && !count) return;
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "nav-count";
    link.append(badge);
  }
  badge.textContent = count;
}

const TITLE = document.title.replace(/^\(\d+\+?\) /, "");

function showInTitle(count) {
  document.title = count ? `(${count}) ${TITLE}` : TITLE;
  drawIcon(Boolean(count));
}

// A dot on the icon: there are tickets in the open view.
function drawIcon(hasDot) {
  const icon = document.querySelector('link[rel="icon"]');
  icon.dataset.plain ??= icon.href;
  if (icon.dataset.dot === String(hasDot)) return;
  icon.dataset.dot = String(hasDot);
  if (!hasDot) {
    icon.type = "image/svg+xml";
    icon.href = icon.dataset.plain;
    return;
  }
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 32;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, 32, 32);
    context.fillStyle = "#d92d20";
    context.beginPath();
    context.arc(24, 8, 8, 0, 2 * Math.PI);
    context.fill();
    icon.type = "image/png";
    icon.href = canvas.toDataURL("image/png");
  });
  image.src = icon.dataset.plain;
}

async function ask() {
  clearTimeout(planned);
  planned = setTimeout(askIfSeen, IDLE_MS);
  askedAt = Date.now();
  const response = await fetch(nav.dataset.viewCounts, { headers: { "HX-Request": "true" } })
    .catch(() => null);
  if (!response?.ok || response.redirected) return;
  const { counts } = await response.json();
  for (const link of nav.querySelectorAll("a.nav-item")) {
    const count = counts[link.getAttribute("href")];
    if (count === undefined) continue;
    show(link, count);
    if (link.ariaCurrent === "page" && document.getElementById("queue")) showInTitle(count);
  }
}

function askIfSeen() {
  if (!document.hidden) ask();
  else planned = setTimeout(askIfSeen, IDLE_MS);
}

function askSoon() {
  clearTimeout(planned);
  planned = setTimeout(askIfSeen, Math.max(0, askedAt + MIN_MS - Date.now()));
}

// The page itself has the counts of all other views.
const hasSavedViews = () =>
  [...nav.querySelectorAll("a.nav-item")].some((link) => /[?&]view=s\d/.test(link.href));

if (nav) {
  document.addEventListener("queue-changed", askSoon, { capture: true });
  document.addEventListener("visibilitychange", () => document.hidden || askSoon());
  if (hasSavedViews()) ask();
  else planned = setTimeout(askIfSeen, IDLE_MS);
}
