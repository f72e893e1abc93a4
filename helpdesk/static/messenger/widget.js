// The messenger's page: sends what the visitor writes, and shows what comes back. All text from
// people goes into the page as text.
const settings = JSON.parse(document.getElementById("settings").textContent);
const { url, words } = settings;
const $ = (id) => document.getElementById(id);
const [form, text, email, list, scroll] = ["form", "text", "email", "lines", "scroll"].map($);
const KEPT = `plumbline-visitor ${url}`;
const MAX_BYTES = 10 * 1024 * 1024;
const OPEN_PAUSE = 8000; // ms between questions for news without a stream
const CLOSED_PAUSE = 45000;

let token = "";
let isKnown = false; // by the website: then the token isn't kept
let page = "";
let identity = "";
let hostOrigin = "";
let handed = "";
let isOpen = window.parent === window;
let first = 0; // the IDs of the messages shown
let last = 0;
let read = 0;
let timer = 0;
let stream = null;
let chosen = [];

const root = document.documentElement;
root.style.setProperty("--brand", settings.color);
root.style.setProperty("--on-brand", settings.ink);

// The frame's own storage, which a browser keeps per website. Where a browser denies it to frames,
// the website's page keeps the token; only a website that the desk has named can be the parent.
const keep = (value) => {
  try {
    if (value === undefined) return localStorage.getItem(KEPT) || handed;
    if (value) localStorage.setItem(KEPT, value);
    else localStorage.removeItem(KEPT);
  } catch {
    if (value === undefined) return handed;
    if (hostOrigin) window.parent.postMessage({ plumbline: "keep", token: value }, hostOrigin);
  }
  return "";
};
const tellHost = (said) => {
  if (window.parent !== window) window.parent.postMessage({ plumbline: said }, "*");
};

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Visitor ${token}`;
  return fetch(url + path, { method: "POST", credentials: "omit", ...options, headers });
}
const askJson = (path, given) =>
  ask(path, { body: JSON.stringify(given), headers: { "Content-Type": "application/json" } });

// --- Messages ---------------------------------------------------------------------------------

const make = (tag, className, content) => {
  const element = document.createElement(tag);
  element.className = className;
  if (content) element.textContent = content;
  return element;
};

function makeLine(line) {
  const item = make("li", line.isMine ? "line mine" : "line theirs");
  item.dir = "auto";
  const who = line.isMine ? words.you : line.author || words.support;
  item.append(make("span", line.isMine ? "hidden" : "who", who), ...link(line));
  for (const file of line.files) item.append(makeFile(file));
  if (line.at) item.title = new Date(line.at).toLocaleString(root.lang);
  if (line.id) item.dataset.id = line.id;
  if (line.key) item.dataset.key = line.key;
  return item;
}

// Addresses in an agent's words become links; a visitor's stay text.
function link(line) {
  if (line.isMine) return [line.text];
  return line.text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, place) => {
    if (place % 2 === 0) return part;
    const found = make("a", "", part);
    found.href = part;
    found.target = "_blank";
    found.rel = "noopener noreferrer";
    return found;
  });
}

function makeFile(file) {
  const size = `${Math.max(1, Math.round(file.size / 1024))} KB`;
  const link = make("button", "note", `${file.name} (${size})`);
  link.type = "button";
  link.disabled = file.isMissing || !file.url;
  link.onclick = () => download(file);
  return link;
}

async function download(file) {
  const headers = { Authorization: `Visitor ${token}` };
  const answer = await fetch(file.url, { headers, credentials: "omit" });
  if (!answer.ok) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function showLines(lines) {
  const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  let hasNew = false;
  for (const line of lines) {
    const known = list.querySelector(`[data-id="${line.id}"]`);
    if (known) continue;
    const pending = line.key && list.querySelector(`[data-key="${CSS.escape(line.key)}"]`);
    const item = makeLine(line);
    if (pending) pending.replaceWith(item);
    else {
      const after = [...list.children].find((one) => Number(one.dataset.id) > line.id);
      if (after) after.before(item);
      else list.append(item);
    }
    hasNew ||= !line.isMine;
    first = Math.min(first || line.id, line.id);
    last = Math.max(last, line.id);
  }
  if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
  return hasNew;
}

function take(answer) {
  document.body.className = answer.isOnline ? "online" : "offline";
  const hasNew = showLines(answer.lines);
  if (hasNew && last > read && !isOpen) tellHost("unread");
  askAddress();
}

// --- News -------------------------------------------------------------------------------------

async function askNews() {
  clearTimeout(timer);
  if (!token) return;
  const isSeen = isOpen && document.visibilityState === "visible";
  const shown = isSeen ? last : 0;
  const answer = await askJson("news/", { after: last, read: shown }).catch(() => null);
  if (answer?.status === 401) return forget();
  if (answer?.ok) {
    read = Math.max(read, shown);
    const before = last;
    take(await answer.json());
    if (isSeen && last > before) return askNews(); // so that what is shown counts as read
  }
  const pause = isSeen ? OPEN_PAUSE : CLOSED_PAUSE;
  timer = setTimeout(askNews, pause);
  if (isSeen && !stream) listen();
}

async function listen() {
  const stop = new AbortController();
  stream = stop;
  try {
    const answer = await ask("stream/", { method: "GET", signal: stop.signal });
    if (answer.status !== 200) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      if (value.includes("event: news") || value.includes("event: missed")) {
        askNews();
      }
    }
  } catch {
    // The questions for news go on.
  } finally {
    // Not again at once: the next question for news opens it.
    setTimeout(() => {
      if (stream === stop) stream = null;
    }, 3000);
  }
}

function rest() {
  stream?.abort();
  stream = null;
  askNews();
}

// --- Writing ----------------------------------------------------------------------------------

const isOffline = () => document.body.className === "offline";
function askAddress() {
  $("address").hidden = !isOffline() || isKnown || keepsAddress();
}
const keepsAddress = () => Boolean(token) && list.querySelector(".mine") !== null;

function showChosen() {
  $("chosen").replaceChildren(
    ...chosen.map((file) => {
      const item = make("li", "", file.name);
      const remove = make("button", "plain", "×");
      remove.type = "button";
      remove.setAttribute("aria-label", words.remove.replace("%(name)s", file.name));
      remove.onclick = () => {
        chosen = chosen.filter((one) => one !== file);
        showChosen();
      };
      item.append(remove);
      return item;
    }),
  );
}

function explain(problem, field) {
  $("problem").textContent = problem;
  for (const one of [text, email]) one.removeAttribute("aria-invalid");
  if (field) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
}

async function send(event) {
  event.preventDefault();
  const written = text.value.trim();
  if (!written && !chosen.length) return text.focus();
  const data = new FormData();
  const key = newKey();
  for (const [name, value] of Object.entries({ id: key, text: written, page })) {
    data.append(name, value);
  }
  if (!$("address").hidden) data.append("email", email.value.trim());
  for (const file of chosen) data.append("files", file);
  explain("");
  $("send").disabled = true;
  const files = chosen.map((file) => ({ name: file.name, size: file.size }));
  const line = makeLine({ isMine: true, text: written, files, key });
  const note = make("span", "note", words.sending);
  line.append(note);
  list.append(line);
  scroll.scrollTop = scroll.scrollHeight;
  const answer = await ask("messages/", { body: data }).catch(() => null);
  $("send").disabled = false;
  if (answer?.ok) return finish(await answer.json(), note);
  line.remove();
  const told = answer ? await answer.json().catch(() => ({})) : {};
  const fields = { email, text };
  const wrong = Object.keys(told.errors || {}).find((name) => fields[name]);
  explain(told.problem || words.failed, fields[wrong]);
}

function finish(answer, note) {
  token = answer.token;
  if (!isKnown) keep(token);
  tellHost("begun");
  note.textContent = answer.isMailed ? words.mailed : words.sent;
  text.value = "";
  chosen = [];
  showChosen();
  $("forget").hidden = isKnown;
  askAddress();
  text.focus();
  clearTimeout(timer);
  timer = setTimeout(askNews, 1500);
}

const newKey = () =>
  crypto.randomUUID
    ? crypto.randomUUID()
    : [...crypto.getRandomValues(new Uint8Array(16))]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");

function forget() {
  keep("");
  token = "";
  first = last = read = 0;
  list.replaceChildren();
  stream?.abort();
  clearTimeout(timer);
  $("forget").hidden = true;
  $("earlier").hidden = true;
  tellHost("forgotten");
  askAddress();
}

// --- Start ------------------------------------------------------------------------------------

async function start() {
  token = keep();
  let answer = identity ? await askJson("session/", { identity }).catch(() => null) : null;
  if (identity && answer && !answer.ok) {
    console.warn("Plumbline messenger:", (await answer.json().catch(() => ({}))).problem);
  }
  isKnown = Boolean(answer?.ok);
  if (!isKnown) answer = await askJson("session/", {}).catch(() => null);
  if (!answer?.ok) return;
  const given = await answer.json();
  token = given.token || "";
  if (!isKnown) keep(token);
  $("forget").hidden = isKnown || !token;
  take(given);
  $("earlier").hidden = given.lines.length < 30;
  scroll.scrollTop = scroll.scrollHeight;
  askNews();
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent) return;
  const said = event.data?.plumbline;
  if (said === "start") {
    ({ identity = "", page = "", token: handed = "" } = event.data);
    hostOrigin = event.origin;
    start();
  } else if (said === "opened" || said === "closed") {
    isOpen = said === "opened";
    if (isOpen) text.focus();
    rest();
  }
});
document.addEventListener("visibilitychange", rest);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") tellHost("close");
});
form.addEventListener("submit", send);
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
$("files").addEventListener("change", (event) => {
  const files = [...chosen, ...event.target.files];
  event.target.value = "";
  if (files.reduce((sum, file) => sum + file.size, 0) > MAX_BYTES) {
    return explain(words.tooLarge.replace("%(limit)s", "10 MB"));
  }
  chosen = files.slice(0, 5);
  showChosen();
});
$("earlier").addEventListener("click", async () => {
  const answer = await askJson("news/", { before: first }).catch(() => null);
  if (!answer?.ok) return;
  const { lines } = await answer.json();
  const height = scroll.scrollHeight;
  showLines(lines);
  scroll.scrollTop += scroll.scrollHeight - height;
  $("earlier").hidden = lines.length < 30;
});
$("close").addEventListener("click", () => tellHost("close"));
$("forget").addEventListener("click", forget);
$("close").hidden = window.parent === window;
tellHost("ready");
if (window.parent === window) start();
