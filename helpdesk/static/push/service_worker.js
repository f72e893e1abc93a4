// Shows an agent's notifications while no page is open (helpdesk/notify/push_texts.py writes them).
// It caches nothing and answers no requests.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function listPages() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

async function show(told) {
  // Whoever looks at a page sees it there.
  const pages = await listPages();
  if (pages.some((page) => page.focused)) return;
  await self.registration.showNotification(told.title, {
    body: told.body,
    tag: told.tag,
    data: { url: told.url },
  });
}

async function open(url) {
  if (new URL(url).origin !== self.location.origin) return;
  const pages = await listPages();
  const same = pages.find((page) => page.url.split("#")[0] === url);
  if (same) await same.focus();
  else await self.clients.openWindow(url);
}

const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// The subscription has ended: the browser gets a new one for the same key, and we learn of it.
async function renew({ oldSubscription: old, newSubscription: given }) {
  const key = old?.options.applicationServerKey;
  const subscribe = () => self.registration.pushManager.subscribe({
    userVisibleOnly: true, applicationServerKey: key,
  });
  const fresh = given ?? (key && await subscribe());
  if (!fresh) return;
  const body = new URLSearchParams({
    endpoint: fresh.endpoint,
    public_key: toText(fresh.getKey("p256dh")),
    auth_secret: toText(fresh.getKey("auth")),
  });
  await fetch("notifications/devices/renewal/", { method: "POST", body });
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});
