// form[data-passkey="create"|"get"]: the browser is asked for a passkey, and its answer is sent with the form (WebAuthn).
// The question stands in the element that data-passkey-options names, or is fetched from data-passkey-from.
async function readOptions(form) {
  if (!form.dataset.passkeyFrom) return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  const answer = await fetch(form.dataset.passkeyFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function askForKey(form, { creation_options: creation, request_options: request }) {
  if (form.dataset.passkey === "get") return window.webauthnJSON.get(request);
  const wanted = creation.publicKey.authenticatorSelection;
  const isPasswordless = form.elements.passwordless?.checked ?? false;
  wanted.requireResidentKey = isPasswordless;
  wanted.residentKey = isPasswordless ? "required" : "discouraged";
  if (isPasswordless) wanted.userVerification = "required";
  return window.webauthnJSON.create(creation);
}

async function answerAndSend(form) {
  const error = form.querySelector("[data-passkey-error]");
  error.hidden = true;
  try {
    const credential = await askForKey(form, await readOptions(form));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    error.hidden = false;
  }
}

// In the capture phase: before submit_once.js sees the submit.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-passkey]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  answerAndSend(form);
}, { capture: true });

// Before this line a click would send the form without an answer.
for (const button of document.querySelectorAll("[data-passkey] button:disabled")) button.disabled = false;
