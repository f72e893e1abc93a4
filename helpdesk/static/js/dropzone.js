// [data-dropzone] around an <input type=file multiple>: files can be dropped, each is listed with
// its size and can be removed again. Choosing more adds to the list. Files beyond data-max-bytes
// (in total) or data-max-files are listed as refused and never uploaded.
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];
const KILO = 1024; // as Django's filesizeformat counts

function describeSize(bytes) {
  const power = bytes < KILO ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const options = { style: "unit", unit: UNITS[power], maximumFractionDigits: power ? 1 : 0 };
  const format = new Intl.NumberFormat(document.documentElement.lang, options);
  return format.format(bytes / KILO ** power);
}

function findFault(input, file, kept) {
  const limit = Number(input.dataset.maxBytes ?? Infinity);
  const count = Number(input.dataset.maxFiles ?? Infinity);
  const used = kept.reduce((sum, other) => sum + other.size, 0);
  const size = describeSize(file.size);
  if (used + file.size > limit) return getText("tooLarge", { size, limit: describeSize(limit) });
  return kept.length < count ? "" : getText("tooMany", { size, count });
}

function setFiles(input, files) {
  const transfer = new DataTransfer();
  const refused = [];
  for (const file of files) {
    const fault = findFault(input, file, [...transfer.files]);
    if (fault) refused.push([file, fault]);
    else transfer.items.add(file);
  }
  if (input.form?.dataset.upload) {
    const detail = { files: [...transfer.files] };
    input.dispatchEvent(new CustomEvent("files:chosen", { bubbles: true, detail }));
    input.value = "";
  } else {
    input.files = transfer.files;
  }
  showFiles(input, refused);
}

function makeRow(input, file, fault = "") {
  const row = document.createElement("li");
  row.className = "file-chip";
  const name = document.createElement("span");
  name.className = "file-name truncate";
  name.dir = "auto";
  name.textContent = name.title = file.name;
  const size = document.createElement("span");
  size.className = "file-size";
  size.textContent = fault || describeSize(file.size);
  row.toggleAttribute("data-too-large", Boolean(fault));
  row.append(name, size, makeRemover(input, file));
  return row;
}

function makeRemover(input, file) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "file-remove";
  button.ariaLabel = getText("removeFile", { name: file.name });
  button.textContent = "×";
  button.addEventListener("click", () => {
    setFiles(input, [...input.files].filter((other) => other !== file));
  });
  return button;
}

function showFiles(input, refused = []) {
  const list = input.closest("[data-dropzone]").querySelector("[data-dropzone-list]");
  const rows = [...input.files].map((file) => makeRow(input, file));
  rows.push(...refused.map(([file, fault]) => makeRow(input, file, fault)));
  list.replaceChildren(...rows);
  list.hidden = rows.length === 0;
  kept.set(input, [...input.files]);
}

const kept = new WeakMap();
const inputOf = (target) => target.closest?.("[data-dropzone]")?.querySelector("input[type=file]");

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("[data-dropzone] input[type=file]")) return;
  setFiles(input, input.multiple ? [...(kept.get(input) ?? []), ...input.files] : [...input.files]);
});
document.addEventListener("dragover", (event) => {
  const input = inputOf(event.target);
  if (!input) return;
  event.preventDefault();
  input.closest("[data-dropzone]").dataset.over = "";
});
document.addEventListener("dragleave", (event) => {
  const zone = event.target.closest?.("[data-dropzone]");
  if (zone && !zone.contains(event.relatedTarget)) delete zone.dataset.over;
});
document.addEventListener("drop", (event) => {
  const input = inputOf(event.target);
  if (!input) return;
  event.preventDefault();
  delete input.closest("[data-dropzone]").dataset.over;
  const dropped = [...event.dataTransfer.files];
  setFiles(input, input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1));
});
document.addEventListener("files:pasted", (event) => {
  setFiles(event.target, [...event.target.files, ...event.detail.files]);
});
document.addEventListener("reset", (event) => {
  const inputs = event.target.querySelectorAll("[data-dropzone] input[type=file]");
  setTimeout(() => inputs.forEach((input) => showFiles(input)));
});
