// Space on a row (shortcuts.js), or its [data-peek] link, shows the conversation beside the list. It follows the
// focus from row to row; Escape closes it.
const aside = document.querySelector("[data-peek-panel]");
let shown = "";
let planned;

const findLink = (element) => element?.closest?.("[data-rows] > li")?.querySelector("[data-peek]");

async function open(link) {
  const url = link.getAttribute("href");
  shown = url;
  aside.hidden = false;
  aside.setAttribute("aria-busy", "true");
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (shown !== url) return;
  aside.removeAttribute("aria-busy");
  if (!response?.ok) {
    aside.textContent = getText("notLoaded");
    return;
  }
  aside.innerHTML = await response.text();
  aside.scrollTop = 0;
  htmx.process(aside);
}

function close() {
  if (aside.contains(document.activeElement)) {
    const link = [...document.querySelectorAll("[data-peek]")]
      .find((one) => one.getAttribute("href") === shown);
    link?.closest("li").querySelector("a[data-row]").focus();
  }
  shown = "";
  aside.hidden = true;
  aside.replaceChildren();
}

if (aside) {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-peek-close]")) return close();
    const link = event.target.closest?.("[data-peek]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (shown === link.getAttribute("href")) close();
    else open(link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.key === "Escape" && shown) {
      event.stopImmediatePropagation();
      return close();
    }
  });
  document.addEventListener("shortcut:Space", (event) => {
    const link = findLink(document.activeElement);
    if (!link) return;
    event.preventDefault();
    if (shown === link.getAttribute("href")) close();
    else open(link);
  });

  document.addEventListener("focusin", (event) => {
    if (!shown || !event.target.matches?.("a[data-row]")) return;
    const link = findLink(event.target);
    clearTimeout(planned);
    if (link && link.getAttribute("href") !== shown) planned = setTimeout(open, 150, link);
  });
}
