// form[data-composer] with a field last_seen: the newest message that was there when the reply was
// begun. Live updates leave it alone, and the server refuses a reply that crosses a newer public
// message. What is on the page already asks here, once, and shows the messages: the chosen files
// stay.
const MAX_SHOWN = 600; // characters of a message in the question
const PUBLIC = "#conversation > .message:is([data-kind=customer], [data-kind=reply])";

function guarded(element) {
  const form = element.closest?.("form[data-composer]");
  return form?.elements.last_seen ? form : null;
}

function newestId() {
  return Number(document.getElementById("conversation")?.dataset.lastMessage ?? 0);
}

function listMissed(form) {
  const seen = Number(form.elements.last_seen.value);
  const getNumber = (message) => Number(message.id.split("-")[1]);
  return [...document.querySelectorAll(PUBLIC)].filter((message) => getNumber(message) > seen);
}

function describe(message) {
  const author = message.querySelector(".message-author")?.textContent.trim();
  const text = message.querySelector(".message-body .prose")?.innerText.trim() ?? "";
  return `${author}: ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`;
}

document.querySelectorAll("form[data-composer]").forEach((form) => {
  if (form.querySelector("textarea")?.value.trim()) form.dataset.begun = "true";
});

document.addEventListener("input", (event) => {
  const form = guarded(event.target);
  if (!form || !event.target.matches("textarea")) return;
  if (!event.target.value.trim()) {
    delete form.dataset.begun;
  } else if (!form.dataset.begun) {
    form.dataset.begun = "true";
    form.elements.last_seen.value = newestId() || form.elements.last_seen.value;
  }
});

// In the capture phase and before confirm.js, which asks what data-confirm says.
document.addEventListener("submit", (event) => {
  const form = guarded(event.target);
  if (!form) return;
  const missed = form.elements.kind?.value === "note" ? [] : listMissed(form);
  delete form.dataset.confirm;
  if (!missed.length) return;
  form.dataset.confirm = [getText("newerMessages"), ...missed.map(describe)].join("\n\n");
  form.dataset.confirmWord = getText("sendAnyway");
  form.elements.last_seen.value = newestId();
}, { capture: true });
