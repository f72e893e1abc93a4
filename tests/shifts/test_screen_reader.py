"""A day's work with a screen reader: what is said at each page, focus and change, in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Account
from accounts.tenancy import desk_scope
from routing.models import Shift
from tests.cast import PASSWORD, Cast, hash_password
from tests.shifts.reader import Reader
from tests.stack import Stack
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tickets(rocket: Cast) -> list[Ticket]:
    """Two unassigned tickets, the first due first."""
    now = timezone.now()
    rocket.analyst.user.password = hash_password()
    rocket.analyst.user.save()
    with desk_scope(rocket.desk):
        Shift.objects.all().delete()  # so that nobody gets them
        return [
            rocket.open_ticket(subject=subject, at=now - timedelta(minutes=minutes))
            for subject, minutes in (("Login is slow", 90), ("Uploads fail", 30))
        ]


@pytest.fixture
def page(chromium: Browser, stack: Stack) -> Page:
    """The desk's sign-in page."""
    stack.start_web()
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{stack.url}/rocket/login/")
    return page


def test_a_days_work_is_said_in_order(
    rocket: Cast, helvetia: Account, tickets: list[Ticket], page: Page
) -> None:
    reader, press = Reader(page), page.keyboard.press

    def write(text: str) -> None:
        page.keyboard.type(text)
        press("Control+Enter")

    # Sign in, and open the ticket that is due first.
    reader.read_page("Sign in")
    page.locator("input[name=login]").fill(rocket.analyst.user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    press("Enter")
    queue = reader.read_page("Open tickets")
    assert {"Queues, navigation", "Open tickets, heading", "Selected tickets, form"} <= {*queue}
    press("j")
    reader.read_focus("Login is slow, link, Unanswered for 1h due in")
    press("x")
    reader.hear("Selected: 1")
    press("x")
    reader.hear("Selected: 0")
    press("Enter")
    ticket = reader.read_page("RC-1002 Login is slow")
    assert {
        "Skip to the reply, link",
        "Conversation, link",
        "Message from Customer, article",
        "Reply or note, radiogroup",
        "Message, textbox",
        "Troubleshooting, region",
        "Troubleshooting, heading",
        "Start record, link",
    } <= {*ticket}

    # Take it, set its priority, and go to the next one.
    press("t")
    reader.hear("Assigned to Analyst.")
    press("p")
    reader.read_focus("Priority Medium, DisclosureTriangle, expanded")
    press("1")
    reader.hear("Priority changed to High.")
    reader.read_focus("Priority High, DisclosureTriangle")
    press("j")
    reader.read_page("RC-1003 Uploads fail")

    # Reply and wait, then a note.
    press("r")
    reader.read_focus("Message, textbox")
    write("Please try it again.")
    reader.hear("Reply sent.")
    press("n")
    reader.read_focus("Message, textbox")
    write("For us.")
    reader.hear("Note added.")

    # Escalate in a dialog, which gives the focus back, and close with a reason.
    press("l")
    reader.read_focus("What the next level needs to know, textbox, required")
    write("Only above 10 MB.")
    reader.hear("Escalated to Level 2.")
    reader.read_focus("Escalate, link")
    press("e")
    reader.read_focus("Solved, radio, checked")
    press("5")
    reader.read_focus("Not about our product, radio, checked")
    press("Control+Enter")
    reader.hear("Ticket closed.")
    reader.read_focus("main")

    # Search, and open a ticket for the caller who was found.
    press("/")
    reader.read_focus("Search tickets, combobox")
    page.keyboard.type('"on fire"')
    press("Enter")
    reader.read_page('Search: "on fire"')
    press("j")
    reader.read_focus("The printer is on fire, link")
    press("c")
    reader.read_page("New ticket")
    reader.read_focus("Requester, textbox, required")
    page.keyboard.type("zoë")
    reader.hear("Zoë Keller")
    press("Enter")
    reader.read_focus("Description, textbox, required")
    write("Paper jam")
    reader.read_page("RC-1004 Paper jam")
    reader.hear("RC-1004 opened.")

    # The command bar and the sheet of shortcuts.
    press("Control+k")
    reader.read_focus("Find a ticket, a person, an account or an action, combobox, expanded")
    page.keyboard.type("uploads")
    reader.hear("1 result")
    press("Escape")
    expect(page.locator("#command-bar")).to_be_hidden()
    press("?")
    reader.read_focus("Close, button")
