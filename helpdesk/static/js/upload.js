// form[data-upload="/…/files/"]: files that are chosen, dropped or pasted are uploaded at once and
// become files of the form's draft, with their progress. dropzone.js refuses what is too large and
// hands the rest over ("files:chosen"). Sending waits until all are there.
const uploads = new WeakMap(); // of each form: how many are running, and what waits for them

const stateOf = (form) => {
  if (!uploads.has(form)) uploads.set(form, { running: 0, waiting: null });
  return uploads.get(form);
};
const listOf = (form) => form.querySelector("[data-draft-files]");

function say(form, text) {
  const status = form.querySelector("[data-upload-status]");
  if (status) status.textContent = text;
}

function makeRow(file) {
  const row = document.createElement("span");
  row.className = "file-chip";
  const name = document.createElement("bdi");
  name.className = "file-name truncate";
  name.textContent = file.name;
  const progress = document.createElement("progress");
  progress.max = 100;
  progress.setAttribute("aria-label", file.name);
  row.append(name, progress);
  return row;
}

function collect(form, file) {
  const data = new FormData(form);
  data.delete("files");
  data.append("file", file, file.name);
  return data;
}

function upload(form, file) {
  const state = stateOf(form);
  const row = makeRow(file);
  const request = new XMLHttpRequest();
  listOf(form).append(row);
  state.running += 1;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    row.querySelector("progress").value = (event.loaded / event.total) * 100;
  });
  request.addEventListener("loadend", () => finish(form, row, file, request));
  request.open("POST", form.dataset.upload);
  request.send(collect(form, file));
}

function finish(form, row, file, request) {
  const state = stateOf(form);
  state.running -= 1;
  if (request.status === 201) {
    row.outerHTML = request.responseText;
    say(form, getText("fileAttached", { name: file.name }));
  } else {
    const why = request.status === 422 || request.status === 429 ? request.responseText : "";
    row.remove();
    say(form, why || getText("fileNotAttached", { name: file.name }));
    state.waiting = null;
  }
  if (state.running || !state.waiting) return;
  const submitter = state.waiting.submitter;
  state.waiting = null;
  form.requestSubmit(submitter);
}

document.addEventListener("files:chosen", (event) => {
  const form = event.target.closest("form[data-upload]");
  for (const file of event.detail.files) upload(form, file);
});

document.addEventListener("paste", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  const files = [...(event.clipboardData?.files ?? [])];
  if (!form || !files.length) return;
  event.preventDefault();
  form.querySelector("input[type=file]").dispatchEvent(
    new CustomEvent("files:pasted", { bubbles: true, detail: { files } }),
  );
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-remove-file]");
  if (!button) return;
  const form = button.closest("form");
  const data = new URLSearchParams({
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
  });
  const response = await fetch(button.dataset.removeFile, { method: "POST", body: data });
  if (!response.ok && response.status !== 404) return say(form, getText("notLoaded"));
  button.closest(".file-chip").remove();
  form.querySelector("textarea")?.focus();
  return undefined;
});

// In the capture phase: before anything asks or disables buttons.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || !stateOf(form).running) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  stateOf(form).waiting = { submitter: event.submitter };
  say(form, getText("waitingForFiles"));
}, { capture: true });
