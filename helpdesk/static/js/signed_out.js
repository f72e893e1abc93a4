// The banner of a page whose reader was signed out: after a 401 to htmx, to the event stream or to
// a draft. Once the same person has signed in again, in another tab, the page's forms get their new
// CSRF token and the banner goes. Someone else who signs in using this browser must not send this
// page's forms: the page offers to reload.
const CHECK_MS = 15000;
const banner = document.getElementById("signed-out");
const reader = banner?.dataset.reader;
let checking = 0;

function show(id) {
  if (banner.dataset.shown === id) return;
  banner.dataset.shown = id;
  banner.replaceChildren(document.getElementById(id).content.cloneNode(true));
  const link = banner.querySelector("a");
  const page = location.pathname + location.search;
  const next = new URLSearchParams({ next: page });
  link.href = link.target ? `${banner.dataset.signInUrl}?${next}` : page;
  checking ||= setInterval(check, CHECK_MS);
}

function hide() {
  clearInterval(checking);
  checking = 0;
  if (!banner.dataset.shown) return;
  delete banner.dataset.shown;
  banner.replaceChildren();
}

function renew(token) {
  const fields = document.querySelectorAll("input[name=csrfmiddlewaretoken]");
  for (const field of fields) field.value = token;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
}

async function check() {
  const response = await fetch(banner.dataset.sessionUrl, { redirect: "manual" }).catch(() => null);
  if (!response) return;
  const session = response.ok ? await response.json() : { reader: null };
  if (session.reader === reader) {
    renew(session.csrf_token);
    hide();
    document.dispatchEvent(new CustomEvent("session:back"));
  } else {
    show(session.reader ? "other-reader-banner" : "signed-out-banner");
  }
}

function lose(status) {
  if (status === 401) show("signed-out-banner");
  if (status === 401 || status === 403) check();
}

if (banner && reader) {
  document.addEventListener("htmx:response:error", (event) => {
    lose(event.detail?.ctx?.response?.status);
  });
  document.addEventListener("htmx:sse:error", (event) => lose(event.detail?.status));
  document.addEventListener("session:lost", (event) => lose(event.detail.status));
  addEventListener("focus", () => banner.dataset.shown && check());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && banner.dataset.shown) check();
  });
}
