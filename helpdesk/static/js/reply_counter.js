// [data-reply-counter]: how many characters a reply has left on the chosen way (input[data-way]),
// or in how many messages it goes. The server counts again (connections/outgoing/splitting.py).
const LINK = /https?:\/\/\S+/g;
const NEAR = 20; // characters left, from which the counter is read out

const COUNTS = {
  chars: (text) => [...text].length,
  bytes: (text) => new TextEncoder().encode(text).length,
  weighted: (text) => {
    const links = text.match(LINK)?.length ?? 0;
    const letters = [...text.replace(LINK, "")];
    return 23 * links + letters.reduce((sum, letter) => sum + weigh(letter.codePointAt(0)), 0);
  },
};

function weigh(code) {
  const isPunctuation = (code >= 0x2000 && code <= 0x200d) || (code >= 0x2010 && code <= 0x201f);
  return code <= 0x10ff || isPunctuation ? 1 : 2;
}

function describe(count, limit, splits) {
  if (count <= limit) return getText("charactersLeft", { count: limit - count });
  if (splits) return getText("messagesNeeded", { count: Math.ceil(count / limit) });
  return getText("tooLong", { count, limit });
}

function update(form) {
  const counter = form.querySelector("[data-reply-counter]");
  const way = form.querySelector("input[data-way]:checked");
  if (!counter) return;
  const { maxChars = 0, maxBytes = 0, unit = "chars" } = way?.dataset ?? {};
  const limit = Number(maxChars) || Number(maxBytes);
  counter.hidden = !limit;
  if (!limit) return;
  const count = COUNTS[Number(maxChars) ? unit : "bytes"](form.elements.body.value.trim());
  counter.ariaLive = limit - count <= NEAR ? "polite" : "off";
  counter.toggleAttribute("data-over", count > limit && !("splits" in way.dataset));
  counter.textContent = describe(count, limit, "splits" in way.dataset);
}

const updateAll = () => document.querySelectorAll("form[data-composer]").forEach(update);

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("form[data-composer]");
    if (form) update(form);
  });
}
document.addEventListener("htmx:after:swap", updateAll);
updateAll();
