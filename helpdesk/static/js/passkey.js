// form[data-passkey="create"|"get"]: ask the browser for a passkey and send its response with the
// form (WebAuthn). The options are JSON in the element whose id is data-passkey-options, or fetched
// from the address in data-passkey-from.
async function readOptions(form) {
  if (!form.dataset.passkeyFrom) {
    return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  }
  const headers = { Accept: "application/json" };
  const response = await fetch(form.dataset.passkeyFrom, { headers });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

function askForPasskey(form, { creation_options: creation, request_options: request }) {
  if (form.dataset.passkey === "get") return window.webauthnJSON.get(request);
  const selection = creation.publicKey.authenticatorSelection;
  const isPasswordless = form.elements.passwordless?.checked ?? false;
  selection.requireResidentKey = isPasswordless;
  selection.residentKey = isPasswordless ? "required" : "discouraged";
  if (isPasswordless) selection.userVerification = "required";
  return window.webauthnJSON.create(creation);
}

async function submitWithPasskey(form) {
  const error = form.querySelector("[data-passkey-error]");
  error.hidden = true;
  try {
    const credential = await askForPasskey(form, await readOptions(form));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    error.hidden = false;
  }
}

// In the capture phase, before submit_once.js sees the submit.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-passkey]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  submitWithPasskey(form);
}, { capture: true });

// Disabled until now, because a click would have sent the form without a passkey.
for (const button of document.querySelectorAll("[data-passkey] button:disabled")) {
  button.disabled = false;
}
