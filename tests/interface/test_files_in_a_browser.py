"""Images in a dialog, what is new on a ticket, and a selected secret, in Chromium."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tests.interface.conftest import Site
from tests.previews import make_previews
from tests.tickets.test_packets import DIAGNOSTICS, PLUGINS, make_zip
from tests.tickets.test_previews import png
from tickets.attachments.files import NewFile
from tickets.attachments.packets import read_due_packet
from tickets.models import FormField, Ticket
from tickets.services import add_note

pytestmark = pytest.mark.browser

PAGE = "/rocket/agent/tickets/1001/"
SECRET = "tr0ub4dor-and-3"


@pytest.fixture
def opened(rocket: Cast, site: Site, page: Page, sign_in: SignIn) -> Page:
    """Open a ticket with two images, a log and a support packet, as a lead."""
    packet = make_zip({"diagnostics.yaml": DIAGNOSTICS, "plugins.json": PLUGINS})
    files = (
        NewFile("first.png", "image/png", png()),
        NewFile("second.png", "image/png", png()),
        NewFile("server.log", "text/plain", b"INFO start"),
        NewFile("packet.zip", "application/zip", packet),
    )
    with desk_scope(rocket.desk):
        FormField.objects.create(
            desk=rocket.desk, key="server", label="Server version", kind="version", position=1
        )
        rocket.open_ticket(text=f"The password is {SECRET}", files=files)
        make_previews()
        read_due_packet(desk_id=rocket.desk.pk, at=NOON)
    client = sign_in(rocket.lead.user)
    site.pages[PAGE] = client.get(PAGE).content.decode()
    page.goto(f"{site.address}{PAGE}")
    return page


def test_images_open_over_the_page_and_the_focus_returns(opened: Page) -> None:
    first = opened.locator("a[data-lightbox='first.png']")
    first.focus()
    opened.keyboard.press("Enter")
    dialog = opened.get_by_role("dialog", name="first.png")
    expect(dialog).to_be_visible()
    opened.keyboard.press("ArrowLeft")
    expect(dialog).to_be_visible()
    opened.keyboard.press("ArrowRight")
    second = opened.get_by_role("dialog", name="second.png")
    expect(second).to_be_visible()
    expect(second.get_by_role("link", name="Download original")).to_be_visible()
    opened.keyboard.press("ArrowRight")
    expect(second).to_be_visible()
    opened.keyboard.press("Escape")
    expect(second).to_be_hidden()
    expect(opened.locator("a[data-lightbox='second.png']")).to_be_focused()


def test_a_selected_text_is_posted_and_never_in_the_url(opened: Page, site: Site) -> None:
    opened.locator(".message-body .prose").first.select_text()
    opened.locator("#ticket-actions details.menu > summary").click()
    opened.get_by_role("link", name="Redact text").click()
    opened.wait_for_url(f"**{PAGE}redaction/")
    posted = [body for path, body in site.posted if path == f"{PAGE}redaction/"]
    assert parse_qs(posted[0].decode())["text"] == [f"The password is {SECRET}"]


def test_what_is_new_since_the_last_look_is_marked(
    opened: Page, rocket: Cast, site: Site, sign_in: SignIn
) -> None:
    expect(opened.locator(".unread-line")).to_have_count(0)
    opened.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # it is in view
    with desk_scope(rocket.desk):
        for day in (1, 2):
            add_note(
                ticket_id=Ticket.objects.get().pk,
                agent=rocket.analyst,
                text=f"note {day}",
                at=NOON + timedelta(days=day),
            )
    site.pages[PAGE] = sign_in(rocket.lead.user).get(PAGE).content.decode()
    opened.reload()
    link = opened.get_by_role("link", name="New since you looked: 2")
    expect(link).to_have_attribute("href", "#first-unread")
    expect(opened.locator(".unread-line + .message[data-kind=note]")).to_contain_text("note 1")


def test_a_packet_and_a_log_have_their_facts_and_page(opened: Page) -> None:
    packet = opened.get_by_role("table", name="Support packet of Mattermost")
    expect(packet.get_by_role("row", name="Version 10.2.0")).to_be_visible()
    expect(opened.get_by_role("link", name="Use 10.2.0 as the version")).to_be_visible()
    expect(opened.get_by_role("link", name="Show server.log")).to_be_visible()
    expect(opened.get_by_role("link", name="Remove server.log")).to_be_visible()
