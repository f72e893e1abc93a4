// form[data-push]: subscribe this browser to notifications (Push API) and send the subscription with
// the form. data-worker: URL of the service worker; data-server-key: our public key, in base64url.
const pushForm = document.querySelector("form[data-push]");
const canPush = "serviceWorker" in navigator && "PushManager" in window;

function toBytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

function toText(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function subscribe({ worker, serverKey }) {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
  const registration = await navigator.serviceWorker.register(worker);
  // One for another key, such as after a change of the server's, gets nothing anymore.
  const known = await registration.pushManager.getSubscription();
  const knownKey = known?.options.applicationServerKey;
  if (known && (!knownKey || toText(knownKey) !== serverKey)) await known.unsubscribe();
  return registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: toBytes(serverKey),
  });
}

async function submitWithSubscription(form) {
  const error = form.querySelector("[data-push-error]");
  error.hidden = true;
  try {
    const subscription = await subscribe(form.dataset);
    form.elements.endpoint.value = subscription.endpoint;
    form.elements.public_key.value = toText(subscription.getKey("p256dh"));
    form.elements.auth_secret.value = toText(subscription.getKey("auth"));
    form.submit();
  } catch {
    error.hidden = false;
  }
}

if (pushForm && canPush) {
  pushForm.hidden = false;
  document.querySelector("[data-push-missing]").hidden = true;
}

// In the capture phase, before submit_once.js sees the submit.
document.addEventListener("submit", (event) => {
  if (event.target !== pushForm) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  submitWithSubscription(pushForm);
}, { capture: true });
