/*
 * Reads the page's part "progress" every two seconds and puts it in the place of the old one, until it is no
 * [data-live-region] any more: then the work is done, and the whole page is loaded once. Without script the page
 * reloads itself.
 */
const PAUSE = 2000;

async function update() {
  const region = document.querySelector("[data-live-region]");
  if (!region) return;
  let answer;
  try {
    answer = await fetch(`${location.pathname}?part=progress`, { headers: { Accept: "text/html" } });
  } catch {
    return wait(); // offline for a moment
  }
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live-region]");
  if (!fresh) return location.reload();
  if (fresh.innerHTML !== region.innerHTML) replaceParts(region, fresh);
  wait();
}

/* Keeps the status line, which screen readers follow, and a table that has the focus. */
function replaceParts(region, fresh) {
  const status = region.querySelector("[role=status]");
  const told = fresh.querySelector("[role=status]");
  status.innerHTML = told.innerHTML;
  told.replaceWith(status);
  const hadFocus = region.contains(document.activeElement) && document.activeElement.matches("[tabindex]");
  region.replaceChildren(...fresh.childNodes);
  if (hadFocus) region.querySelector("[tabindex]")?.focus();
}

function wait() {
  setTimeout(update, PAUSE);
}

wait();
