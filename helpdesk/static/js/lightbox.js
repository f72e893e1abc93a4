// a[data-lightbox] around an image: opens it in a dialog over the page. Arrows go to the ticket's
// other images, Escape closes, and the focus returns. Without this script, it is a link to the image.
const IMAGES = "a[data-lightbox]";
let dialog = null;
let current = null;

function build() {
  const made = document.createElement("dialog");
  made.className = "lightbox";
  const bar = document.createElement("div");
  const [name, download, close] = ["p", "a", "button"].map((tag) => document.createElement(tag));
  download.textContent = getText("downloadImage");
  Object.assign(close, { type: "button", textContent: getText("closeImage"), autofocus: true });
  download.className = close.className = "button button-sm";
  name.dir = "auto";
  bar.append(name, download, close);
  made.append(bar, document.createElement("img"));
  close.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => event.target === made && made.close());
  made.addEventListener("close", () => current?.focus());
  made.addEventListener("keydown", move);
  document.body.append(made);
  return made;
}

function show(link) {
  current = link;
  const label = link.dataset.lightbox;
  const image = dialog.querySelector("img");
  Object.assign(image, { src: link.href, alt: label });
  dialog.querySelector("p").textContent = label;
  dialog.querySelector("a").href = link.dataset.download;
  dialog.setAttribute("aria-label", label);
}

function move(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const images = [...document.querySelectorAll(IMAGES)];
  const next = images[images.indexOf(current) + step];
  if (next) show(next);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(IMAGES);
  const isPlain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey);
  if (!link || !isPlain) return;
  event.preventDefault();
  dialog ??= build();
  show(link);
  dialog.showModal();
});
