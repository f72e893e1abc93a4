// [data-dialog] on a link, a form or its button opens the page that it leads to in a dialog over
// this one. The server renders only the page's own part for the header "Dialog", and names the
// target of a redirect (helpdesk/shared/http/dialogs.py). A refused form comes back with its
// errors. Without this script, or if the response has no such part, it is an ordinary page.
const dialog = document.getElementById("form-dialog");
const content = dialog?.querySelector("[data-dialog-content]");
const alertLine = dialog?.querySelector("[data-dialog-error]");
const REFERENCES = ["id", "for", "href", "aria-describedby", "aria-labelledby"];
const FIELD = "input:not([type=hidden]), select, textarea";
let address = "";
let opener = null;
let turn = 0;

const pathOf = (url) => new URL(url, location.href).pathname;
const isSeen = (element) => element?.isConnected && (element.checkVisibility?.() ?? true);

// The page below may use the same ids. What refers to them in the part must find those in the part.
function renameIds(part) {
  const ids = [...part.querySelectorAll("[id]")].map(({ id }) => id);
  const taken = new Set(ids.filter((id) => document.getElementById(id)));
  const rename = (word) =>
    taken.has(word.replace(/^#/, "")) ? word.replace(/^#?/, "$&dialog-") : word;
  for (const element of taken.size ? part.querySelectorAll("*") : []) {
    for (const name of REFERENCES) {
      const words = element.getAttribute(name)?.split(" ");
      if (words) element.setAttribute(name, words.map(rename).join(" "));
    }
  }
}

function show(part) {
  content.replaceChildren();
  renameIds(part);
  content.replaceChildren(part);
  alertLine.textContent = "";
  dialog.setAttribute("aria-label", part.querySelector("h1, h2")?.textContent.trim() ?? "");
  if (!dialog.open) dialog.showModal();
  const errors = part.querySelector(".form-errors");
  const fields = [...part.querySelectorAll(FIELD)].filter(isSeen);
  (errors ?? part.querySelector("[autofocus]") ?? fields[0] ?? dialog).focus();
  dialog.scrollTop = 0;
}

function explain(text) {
  alertLine.textContent = text;
  if (!dialog.open) dialog.showModal();
}

// After a change of the ticket that the page shows, its panel is updated in place and what is being
// written stays.
function leaveFor(url) {
  if (address && pathOf(url) === pathOf(address)) return open(url);
  const panel = document.getElementById("ticket-panel");
  if (!panel || pathOf(url) !== location.pathname) return location.assign(url);
  dialog.close();
  const source = `${panel.getAttribute("hx-get")}?after=change`;
  return htmx.ajax("GET", source, { source: panel, target: panel, swap: "innerMorph" });
}

async function ask(url, options) {
  const current = ++turn;
  const response = await fetch(url, { headers: { Dialog: "form" }, ...options });
  const text = await response.text();
  if (current !== turn) return true; // closed, or another link was followed since
  const target = response.headers.get("Dialog-Location");
  const page = new DOMParser().parseFromString(text, "text/html");
  const part = page.querySelector("[data-dialog-part]");
  if (target !== null) leaveFor(target);
  else if (part) show(part);
  return Boolean(part || target !== null) || { status: response.status, page };
}

async function open(url) {
  try {
    address = url;
    if ((await ask(url)) !== true) location.assign(url);
  } catch {
    explain(getText("noConnection"));
  }
}

// Signed out: the server keeps what was written and asks for a sign-in, so it has to see the form.
function explainRefusal(form, { status, page }) {
  if (status === 401) return HTMLFormElement.prototype.submit.call(form);
  const words = [...page.querySelectorAll(".error-main h1, .error-main p:not(.error-code)")];
  return explain(words.map((word) => word.textContent.trim()).join(" ") || getText("serverError"));
}

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? address;
  const url = new URL(action || location.href, location.href);
  try {
    if (form.getAttribute("method") === "post") {
      address ||= url.href;
      const answer = await ask(url, { method: "POST", body });
      if (answer !== true) explainRefusal(form, answer);
    } else {
      url.search = new URLSearchParams(body);
      await open(url.href);
    }
  } catch {
    explain(getText("noConnection"));
  } finally {
    form.dispatchEvent(new CustomEvent("dialog:answered", { bubbles: true }));
  }
}

function followLink(event, link) {
  const isInside = dialog.contains(link);
  const isOurs = link.matches("[data-dialog]");
  if (!isInside && !isOurs) return;
  const stays = isOurs || pathOf(link.href) === pathOf(address);
  if (!stays && pathOf(link.href) !== location.pathname) return;
  if (link.hash && link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  if (!isInside) opener = link;
  if (stays) open(link.href);
  else dialog.close();
}

// The place that opened the dialog may be gone, or in a menu or drawer that has closed since.
function giveFocusBack() {
  const drawer = opener?.closest("[popover]")?.id;
  const places = [
    opener,
    opener?.closest("details")?.querySelector("summary"),
    drawer && document.querySelector(`[popovertarget="${drawer}"]`),
  ];
  const place = places.find(isSeen) ?? document.getElementById("main");
  place?.focus({ preventScroll: true });
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const isPlain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey);
    const isHere = link && !event.altKey && !link.target && !event.defaultPrevented;
    if (isPlain && isHere) followLink(event, link);
  });
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const isInside = dialog.contains(form);
    const isOurs = isInside || form.matches("[data-dialog]") || submitter?.matches("[data-dialog]");
    if (!isOurs || event.defaultPrevented || form.getAttribute("method") === "dialog") return;
    event.preventDefault();
    if (!isInside) [opener, address] = [submitter, ""];
    send(form, submitter);
  });
  dialog.addEventListener("close", () => {
    turn += 1;
    address = "";
    content.replaceChildren();
    giveFocusBack();
  });
}
