"""A real browser on a website of another origin that shows the messenger and a form."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from accounts.tenancy import desk_scope
from channels_intake.models import ChannelMessage, Connection, Direction, PartState
from tests.axe import find_faults
from tests.cast import Cast
from tests.messenger.conftest import connect_messenger, sign
from tests.stack import Stack, eventually
from tickets.models import Message, Ticket
from tickets.services import reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
MAX_WIRE_BYTES = 25_000


class Website(ThreadingHTTPServer):
    """A website of its own, under a strict policy, on "localhost": another site than 127.0.0.1."""

    daemon_threads = True

    def __init__(self, stack: Stack) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stack = stack
        self.body = self.options = ""
        self.url = f"http://localhost:{self.server_port}/"

    @property
    def policy(self) -> str:
        allowed = self.stack.url
        return f"default-src 'self'; script-src 'self' {allowed}; frame-src {allowed}"


class _Handler(BaseHTTPRequestHandler):
    server: Website

    def do_GET(self) -> None:
        is_options = self.path == "/options.js"
        start = '<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1>'
        page = f"{start}{self.server.body}</main>"
        content = (self.server.options if is_options else page).encode()
        self.send_response(200)
        kind = "text/javascript" if is_options else "text/html"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def website(rocket: Cast, stack: Stack) -> Iterator[Website]:
    stack.start_web()
    site = Website(stack)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture
def messenger(rocket: Cast, website: Website) -> Connection:
    """A messenger that the website may show."""
    connection = connect_messenger(rocket, hosts=f"localhost:{website.server_port}")
    src = f"{website.stack.url}/rocket/messenger/{connection.hook_token}.js"
    website.body = f'<script src="{src}"></script>'
    return connection


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test for what a policy refuses or a script throws."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on(
        "console",
        lambda line: pytest.fail(line.text) if "Content Security" in line.text else None,
    )
    return page


def find_frame(page: Page, part: str) -> Frame:
    """Return the frame of a page of ours, once its script has begun."""
    found = eventually(
        lambda: page.wait_for_timeout(50) or [f for f in page.frames if part in f.url],
        what="the frame",
    )
    frame: Frame = found[0]
    frame.wait_for_load_state("load")
    return frame


def open_chat(page: Page, website: Website) -> Frame:
    page.goto(website.url)
    page.get_by_role("button", name="Write to us").click()
    return find_frame(page, "/messenger/")


def write(frame: Frame, text: str) -> None:
    frame.get_by_label("Message", exact=True).fill(text)
    frame.get_by_role("button", name="Send").click()
    expect(frame.locator("#lines li")).not_to_have_count(0)


def answer(cast: Cast, text: str) -> None:
    with desk_scope(cast.desk):
        ticket = eventually(lambda: Ticket.objects.first(), what="the ticket")
        reply(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=timezone.now())


def test_a_visitor_chats_with_an_agent(
    rocket: Cast, stack: Stack, website: Website, messenger: Connection, page: Page
) -> None:
    stack.start_worker()
    frame = open_chat(page, website)
    write(frame, "<img src=x onerror=alert(1)> & hello")
    expect(frame.locator("#lines .mine")).to_contain_text("<img src=x onerror=alert(1)> & hello")
    assert frame.locator("#lines img").count() == 0
    answer(rocket, "<script>alert(2)</script> Turn it off & on. See https://a.example/b?c=d#e.")
    expect(frame.locator("#lines .theirs")).to_contain_text("<script>alert(2)</script> Turn it")
    expect(frame.locator("#lines a")).to_have_attribute("href", "https://a.example/b?c=d#e")
    with desk_scope(rocket.desk):
        eventually(
            lambda: page.wait_for_timeout(50) or _get_state() == PartState.READ,
            within=30,
            what="the reply was read",
        )
    page.reload()  # kept by the frame, or by the website if the browser denies frames a storage
    again = find_frame(page, "/messenger/")
    expect(again.locator("#lines li")).to_have_count(2)
    assert find_faults(again, options=OPTIONS) == []
    assert find_faults(page, options=OPTIONS) == []


def _get_state() -> str:
    rows = ChannelMessage.objects.filter(direction=Direction.OUT)
    return rows.values_list("state", flat=True).first() or ""


def test_it_works_by_keyboard_alone(website: Website, messenger: Connection, page: Page) -> None:
    page.goto(website.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = find_frame(page, "/messenger/")
    expect(frame.get_by_label("Message", exact=True)).to_be_focused()
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(frame.locator("#lines .mine")).to_contain_text("Hello")
    assert find_faults(frame, options=OPTIONS) == []
    page.keyboard.press("Escape")
    button = page.get_by_role("button", name="Write to us")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_another_website_cannot_show_it(
    rocket: Cast, website: Website, messenger: Connection, context: BrowserContext
) -> None:
    with desk_scope(rocket.desk):
        Connection.objects.filter(pk=messenger.pk).update(settings={"hosts": "www.acme.example"})
    page, refused = context.new_page(), []
    page.on("console", lambda line: refused.append(line.text))
    page.goto(website.url)
    page.get_by_role("button", name="Write to us").click()
    eventually(
        lambda: page.wait_for_timeout(50) or any("frame-ancestors" in text for text in refused),
        what="the browser refuses the frame",
    )


def test_a_user_of_the_website_is_recognized(
    rocket: Cast, stack: Stack, website: Website, messenger: Connection, page: Page
) -> None:
    stack.start_worker()
    identity = sign("42", email=rocket.customer.email, name="Ann")
    website.options = f'window.plumblineMessenger = {{"identity": "{identity}"}};'
    website.body = f'<script src="/options.js"></script>{website.body}'
    frame = open_chat(page, website)
    write(frame, "Hello")
    with desk_scope(rocket.desk):
        ticket = eventually(lambda: Ticket.objects.first(), what="the ticket")
        assert (ticket.contact, ticket.account) == (rocket.customer, rocket.account)
    assert page.evaluate("Object.values(localStorage)") == ["1"]  # nobody else's browser to keep


def test_all_that_it_loads_weighs_less_than_25_kb(
    website: Website, messenger: Connection, page: Page
) -> None:
    loaded: dict[str, int] = {}
    page.on(
        "requestfinished",
        lambda request: loaded.update({request.url: request.sizes()["responseBodySize"]}),
    )
    frame = open_chat(page, website)
    expect(frame.get_by_label("Message", exact=True)).to_be_visible()

    def list_ours() -> dict[str, int]:
        page.wait_for_timeout(50)  # the sizes are asked for while the page goes on
        return {url: size for url, size in loaded.items() if url.startswith(website.stack.url)}

    eventually(lambda: len(list_ours()) >= 4, what="four files of ours")
    ours = list_ours()
    assert 3_000 < sum(ours.values()) < MAX_WIRE_BYTES, ours
    assert all(url.startswith((website.stack.url, website.url)) for url in loaded)


# --- Website forms ----------------------------------------------------------------------------


@pytest.fixture
def form_url(rocket: Cast, website: Website) -> str:
    """A form that the website may show, and shows."""
    settings = {"hosts": f"localhost:{website.server_port}"}
    with desk_scope(rocket.desk):
        form = Connection.objects.create(
            desk=rocket.desk, kind="form", name="Form", settings=settings
        )
    url = f"{website.stack.url}/rocket/form/{form.hook_token}"
    website.body = f'<script src="{url}.js"></script>'
    return f"{url}/"


def fill_in(frame: Frame | Page) -> None:
    frame.get_by_label("Your name").fill("Passer By")
    frame.get_by_label("Your email address").fill("passer@gmail.com")
    frame.get_by_label("Subject").fill("Hello")
    frame.get_by_label("Message").fill("May I ask?")
    page = frame.page if isinstance(frame, Frame) else frame
    page.wait_for_timeout(3500)  # a form that is sent sooner was filled in by a program


def test_a_form_in_a_frame_computes_instead_of_asking(
    rocket: Cast, website: Website, form_url: str, page: Page
) -> None:
    page.goto(website.url)
    frame = find_frame(page, "/form/")
    fill_in(frame)
    expect(frame.locator("form[data-is-ready]")).to_be_visible()
    expect(frame.locator("[data-sum]")).to_be_hidden()
    assert find_faults(frame, options=OPTIONS) == []
    frame.get_by_role("button", name="Send message").click()
    expect(frame.get_by_role("heading", name="Message sent")).to_be_visible()
    with desk_scope(rocket.desk):
        assert Message.objects.get().body_text == "May I ask?"


def test_without_javascript_a_form_asks_a_sum(
    rocket: Cast, website: Website, form_url: str, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(form_url)
    label = page.locator("[data-sum] label").inner_text()
    first, second = (int(word.strip("?")) for word in label.split() if word.strip("?").isdecimal())
    fill_in(page)
    page.get_by_label(label).fill(str(first + second))
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("heading", name="Message sent")).to_be_visible()
    context.close()
