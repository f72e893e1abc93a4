// form[data-draft="/…/drafts/?form=…"]: its text is saved on the server while someone types, and
// [data-draft-status] shows it. Files and passwords are not part of it. A form without any text has
// no draft. A refused save dispatches "session:lost" to signed_out.js, which dispatches
// "session:back" after signing in again.
const TYPING_MS = 1200;
const TEXT = "textarea, input:not([type]), input[type=text], input[type=email]";
const states = new WeakMap();

const formOf = (target) => target.closest?.("form[data-draft]");
const isWritten = (form) =>
  [...form.querySelectorAll(TEXT)].some((field) => field.value.trim()) ||
  Boolean(form.querySelector("[name=kept]"));

function stateOf(form) {
  if (!states.has(form)) states.set(form, { timer: 0, request: null, isDirty: false });
  return states.get(form);
}

function say(form, name) {
  const status = form.querySelector("[data-draft-status]");
  if (status) status.textContent = getText(name);
}

function read(form) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") data.append(name, value);
  }
  form.querySelectorAll("input[type=password]").forEach((field) => data.delete(field.name));
  if (!isWritten(form)) data.set("discard", "1");
  return data;
}

const hasFiles = (form) =>
  [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);

async function save(form, { keepalive = false } = {}) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.timer = 0;
  state.request?.abort();
  state.request = new AbortController();
  state.isDirty = false;
  const { signal } = state.request;
  try {
    const options = { method: "POST", body: read(form), redirect: "manual", keepalive, signal };
    show(form, await fetch(form.dataset.draft, options));
  } catch (error) {
    if (error.name === "AbortError") return;
    fail(form);
  }
}

function show(form, response) {
  if (response.ok || response.type === "opaqueredirect") {
    if (stateOf(form).isDirty) return;
    form.dataset.draftSaved = "true";
    say(form, !isWritten(form) ? "" : hasFiles(form) ? "draftWithFiles" : "draftSaved");
    return;
  }
  fail(form);
  if (response.status === 401 || response.status === 403) {
    const detail = { status: response.status };
    document.dispatchEvent(new CustomEvent("session:lost", { detail }));
  }
}

function fail(form) {
  stateOf(form).isDirty = true;
  say(form, "draftNotSaved");
}

function note(event) {
  const form = formOf(event.target);
  if (!form) return;
  const state = stateOf(form);
  state.isDirty = true;
  delete form.dataset.draftSaved;
  state.timer ||= setTimeout(save, TYPING_MS, form);
}

function saveAll(options) {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (stateOf(form).isDirty) save(form, options);
  }
}

document.addEventListener("input", note);
document.addEventListener("change", note);
// Sending the form stops saving: a later save would leave a draft of something already sent.
document.addEventListener("submit", (event) => {
  const form = formOf(event.target);
  if (!form || event.defaultPrevented) return;
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.request?.abort();
  states.delete(form);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) saveAll({ keepalive: true });
});
document.addEventListener("session:back", () => saveAll());
