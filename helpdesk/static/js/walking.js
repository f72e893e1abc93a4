// From a list to a ticket and back. A list keeps its parameters for this tab: the page of a ticket
// then knows the way back, and the tickets beside it, even after a reply has reloaded it without
// them ([data-walk], templates/agent/ticket/_walk.html). Back at the list, the row of the ticket
// seen last has the focus, where it was.
const LIST = "walk:list";
const PLACE = "walk:place";
const TICKET = "walk:ticket";
const queue = document.getElementById("queue");
const walk = document.querySelector("[data-walk]");

function read(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Without storage, a ticket's page leads to all tickets.
  }
}

function returnToRow() {
  const place = JSON.parse(read(PLACE) ?? "null");
  const ticket = read(TICKET);
  if (!ticket || place?.url !== location.href) return;
  keep(TICKET, "");
  scrollTo(0, place.top);
  const links = [...queue.querySelectorAll("a[data-row]")];
  const link = links.find((one) => new URL(one.href).pathname.endsWith(`/tickets/${ticket}/`));
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "nearest" });
}

async function showWay() {
  const list = read(LIST);
  if (list === null || walk.hasAttribute("data-walk-known")) return;
  const url = `${walk.dataset.walk}?${new URLSearchParams({ list })}`;
  const response = await fetch(url, { headers: { "HX-Request": "true" } });
  if (response.ok) walk.innerHTML = await response.text();
}

if (queue) {
  keep(LIST, location.search.slice(1));
  returnToRow();
  addEventListener("pagehide", () => {
    keep(PLACE, JSON.stringify({ url: location.href, top: scrollY }));
  });
}

if (walk) {
  keep(TICKET, location.pathname.match(/\/tickets\/(\d+)\//)?.[1] ?? "");
  showWay();
}
