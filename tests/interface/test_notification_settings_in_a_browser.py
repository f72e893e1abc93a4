"""Notification settings in Chromium: a device that is added, its service worker, and alerts."""

from __future__ import annotations

import json
import os
from urllib.parse import parse_qs

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.tenancy import desk_scope
from helpdesk.notify.keys import get_server_key
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tests.interface.conftest import Site
from tests.stack import eventually
from tickets.models import PushSubscription

pytestmark = pytest.mark.browser

AGENT = "/rocket/agent/"
PAGE = f"{AGENT}notifications/settings/"
ALERTS = f"{AGENT}notifications/alerts/"
# The browser's own push service can't be reached from here.
SUBSCRIBE = """
PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  document.title = applicationServerKey.length;
  const getKey = (name) => new Uint8Array(name === "auth" ? 16 : 65).fill(251).buffer;
  return { endpoint: "https://push.example/1", getKey };
};
"""
SHOWN = """async () => {
  for (let tries = 0; tries < 1000; tries += 1) {
    const shown = await self.registration.getNotifications();
    if (shown.length) return shown.map((one) => one.title);
  }
  return [];
}"""
# The browser's own event, with a subscription that it has already renewed, and until it is handled.
RENEW = """() => new Promise((resolve) => {
  const getKey = (name) => new Uint8Array(name === "auth" ? 16 : 65).fill(251).buffer;
  const event = new Event("pushsubscriptionchange");
  event.newSubscription = { endpoint: "https://push.example/2", getKey };
  event.waitUntil = (handled) => handled.then(resolve);
  self.dispatchEvent(event);
})"""
RECORD = """
window.heard = 0;
window.told = [];
window.isAway = true;
Object.defineProperty(document, "hidden", { get: () => window.isAway });
const param = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
window.AudioContext = class {
  currentTime = 0;
  createOscillator() {
    window.heard += 1;
    return { frequency: {}, connect: (next) => next, start() {}, stop() {} };
  }
  createGain() {
    return { gain: param, connect() {} };
  }
};
window.Notification = class extends EventTarget {
  static permission = "granted";
  constructor(title, options) {
    super();
    window.told.push(`${title}: ${options.body}`);
  }
};
"""


@pytest.fixture
def site_of_agent(rocket: Cast, site: Site, page: Page, sign_in: SignIn) -> Site:
    with desk_scope(rocket.desk):
        PushSubscription.objects.create(
            desk=rocket.desk, agent=rocket.analyst, endpoint="https://push.example/9",
            name="Firefox · Windows", created_at=NOON,
        )  # fmt: skip
    client: Client = sign_in(rocket.analyst.user)
    worker = f"{AGENT}service-worker.js"
    site.pages |= {path: client.get(path).content.decode() for path in (PAGE, worker)}
    page.context.grant_permissions(["notifications"], origin=site.address)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return site


def take_pictures(page: Page) -> None:
    """Save pictures of the page in the folder NOTIFY_PICTURES, if there is one, to look at."""
    folder = os.environ.get("NOTIFY_PICTURES")
    for width in (375, 1440) if folder else ():
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=f"{folder}/{width}-{scheme}.png", full_page=True)


def test_a_device_is_added_with_its_subscription(site_of_agent: Site, page: Page) -> None:
    page.add_init_script(SUBSCRIBE)
    page.goto(f"{site_of_agent.address}{PAGE}")
    expect(page.locator("[data-push-missing]")).to_be_hidden()
    take_pictures(page)
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_text("taken")).to_be_visible()
    ((path, body),) = site_of_agent.posted
    given = parse_qs(body.decode())
    assert path == f"{AGENT}notifications/devices/"
    assert given["endpoint"] == ["https://push.example/1"]
    assert (len(given["public_key"][0]), len(given["auth_secret"][0])) == (87, 22)
    assert given["auth_secret"][0].startswith("-_v7")
    assert len(get_server_key().public) == 87


def test_the_service_worker_shows_what_arrives_while_nobody_looks(
    site_of_agent: Site, page: Page
) -> None:
    page.goto(f"{site_of_agent.address}{PAGE}")
    session = page.context.new_cdp_session(page)
    known: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: known.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.evaluate(
        "url => navigator.serviceWorker.register(url).then(() => navigator.serviceWorker.ready)",
        f"{AGENT}service-worker.js",
    )
    (worker,) = page.context.service_workers
    told = {"title": "RC-1001", "body": "New reply.", "tag": "t", "url": "https://x.example/"}
    push = {
        "origin": site_of_agent.address, "registrationId": known[-1], "data": json.dumps(told),
    }  # fmt: skip
    page.goto("about:blank")
    session.send("ServiceWorker.deliverPushMessage", push)
    assert worker.evaluate(SHOWN) == ["RC-1001"]


def test_alerts_tell_what_is_new_once_and_only_if_chosen(site_of_agent: Site, page: Page) -> None:
    site = site_of_agent
    found = {
        "is_on": True, "plays_sound": True, "shows_alerts": True, "notification": 5, "ticket": 0,
        "news": [],
    }  # fmt: skip
    news = [{"title": "RC-1001", "body": "New reply.", "url": "/rocket/agent/tickets/1/"}]
    site.pages[ALERTS] = json.dumps(found)
    page.clock.install()
    page.add_init_script(RECORD)
    page.goto(f"{site.address}{PAGE}")

    def ask() -> None:
        with page.expect_response(lambda response: ALERTS in response.url):
            page.clock.fast_forward(100_000)

    ask()
    eventually(lambda: page.evaluate("localStorage.length > 0"))
    assert page.evaluate("[heard, told]") == [0, []]
    site.pages[ALERTS] = json.dumps({**found, "notification": 6, "news": news})
    ask()
    eventually(lambda: page.evaluate("told.length > 0"))
    ask()
    assert page.evaluate("[heard, told]") == [2, ["RC-1001: New reply."]]
    page.evaluate("isAway = false")
    site.pages[ALERTS] = json.dumps({**found, "notification": 7, "news": news})
    ask()
    eventually(lambda: page.evaluate("heard === 4"))
    assert page.evaluate("told.length") == 1
    site.pages[ALERTS] = json.dumps({"is_on": False})
    ask()
    eventually(lambda: page.evaluate("Object.values(sessionStorage).includes('off')"))


def test_the_service_worker_reports_a_renewed_subscription(site_of_agent: Site, page: Page) -> None:
    page.goto(f"{site_of_agent.address}{PAGE}")
    page.evaluate(
        "url => navigator.serviceWorker.register(url).then(() => navigator.serviceWorker.ready)",
        f"{AGENT}service-worker.js",
    )
    (worker,) = page.context.service_workers
    worker.evaluate(RENEW)
    ((path, body),) = site_of_agent.posted
    given = parse_qs(body.decode())
    assert path == f"{AGENT}notifications/devices/renewal/"
    assert given["endpoint"] == ["https://push.example/2"]
    assert (len(given["public_key"][0]), len(given["auth_secret"][0])) == (87, 22)
