// "call": the ID of a call that this agent takes. Its message (agent/calls/_pop.html) is shown among
// the others, in place of an older one about a call. The page "Calls" has it without scripts, too.
const calls = document.querySelector('.sidebar a[href$="/agent/calls/"]')?.href;

document.addEventListener("call", async (event) => {
  const id = Number(event.detail?.data);
  const region = document.getElementById("toasts");
  if (!calls || !region || !Number.isInteger(id)) return;
  const answer = await fetch(`${calls}${id}/pop/`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const message = await answer.text(); // before the older ones go: two can arrive at once
  region.querySelectorAll("[data-call]").forEach((toast) => toast.remove());
  region.insertAdjacentHTML("beforeend", message);
});
