"""Two agents on one ticket, in real browsers on the running product."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Agent
from accounts.tenancy import desk_scope
from tests.axe import find_faults
from tests.cast import PASSWORD, Cast, hash_password
from tests.stack import Stack
from tickets.models import Message, Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Room:
    """A ticket on the running product, and the pages of agents there."""

    def __init__(self, cast: Cast, ticket: Ticket, stack: Stack, chromium: Browser) -> None:
        self.cast, self.ticket, self.stack, self.chromium = cast, ticket, stack, chromium

    def open_page(self, agent: Agent) -> Page:
        agent.user.password = hash_password()
        agent.user.save()
        page = self.chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{self.stack.url}/rocket/login/")
        page.fill("input[name=login]", agent.user.email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/rocket/(agent/)?$"))
        page.goto(f"{self.stack.url}/rocket/agent/tickets/{self.ticket.number}/")
        return page

    def list_replies(self) -> list[str]:
        with desk_scope(self.cast.desk):
            replies = Message.objects.filter(ticket=self.ticket, agent__isnull=False)
            return list(replies.order_by("id").values_list("body_text", flat=True))


@pytest.fixture
def room(rocket: Cast, ticket: Ticket, stack: Stack, chromium: Browser) -> Room:
    stack.start_web()
    stack.start_worker()
    return Room(rocket, ticket, stack, chromium)


def test_agents_see_each_other_and_contradict_no_one_unasked(room: Room) -> None:
    mine, theirs = room.open_page(room.cast.analyst), room.open_page(room.cast.colleague)
    expect(mine.locator(".viewers")).to_contain_text("Colleague is viewing")
    expect(theirs.locator(".viewers")).to_contain_text("Analyst is viewing")

    mine.locator("textarea").press_sequentially("Please reinstall it.")
    expect(theirs.locator(".viewers")).to_contain_text("Analyst is typing a reply")
    theirs.fill("textarea", "Don't reinstall anything!")
    theirs.keyboard.press("Control+Enter")
    reply = mine.locator(".message", has_text="Don't reinstall anything!")
    expect(reply).to_be_visible()
    assert mine.input_value("textarea") == "Please reinstall it."

    assert find_faults(mine, options=OPTIONS) == []
    mine.focus("textarea")
    mine.keyboard.press("Control+Enter")
    expect(mine.locator("#confirm-dialog")).to_contain_text("Don't reinstall anything!")
    assert room.list_replies() == ["Don't reinstall anything!"]
    mine.click("#confirm-dialog [value=ok]")
    expect(mine.get_by_text("Reply sent.")).to_be_visible()
    assert room.list_replies() == ["Don't reinstall anything!", "Please reinstall it."]

    theirs.close()
    expect(mine.locator(".viewer")).to_have_count(0)


def test_a_message_that_the_page_missed_asks_too(room: Room) -> None:
    page = room.open_page(room.cast.analyst)
    page.evaluate("document.querySelector('[hx-sse\\\\:connect]').remove()")
    page.fill("textarea", "It is <fixed>.")
    with desk_scope(room.cast.desk):
        add_customer_message(
            ticket_id=room.ticket.pk,
            contact=room.cast.customer,
            new=NewMessage(text="It works again!", channel="email"),
            at=timezone.now(),
        )
    page.click("[data-composer-send]")
    expect(page.locator(".composer-newer")).to_contain_text("It works again!")
    assert page.input_value("textarea") == "It is <fixed>."
    assert find_faults(page, options=OPTIONS) == []
    page.get_by_role("button", name="Send anyway").click()
    expect(page.get_by_text("Reply sent.")).to_be_visible()
    assert room.list_replies() == ["It is <fixed>."]


def test_a_property_changes_by_a_choice_keeps_the_reply_and_is_undone(room: Room) -> None:
    page = room.open_page(room.cast.analyst)
    page.fill("textarea", "Half a reply")
    page.focus("[data-property=priority] > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("h")
    expect(page.locator("[data-property=priority] .menu-item:focus")).to_have_text("High")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Priority changed to High.")).to_be_visible()
    expect(page.locator("[data-property=priority] > summary")).to_contain_text("High")
    expect(page.locator("#ticket-bar")).to_contain_text("High")
    assert page.evaluate("document.activeElement.closest('details').dataset.property") == "priority"
    assert page.input_value("textarea") == "Half a reply"

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Priority changed to Medium.")).to_be_visible()
    expect(page.locator("[data-property=priority] > summary")).to_contain_text("Medium")
    assert page.input_value("textarea") == "Half a reply"
    with desk_scope(room.cast.desk):
        changes = TicketEvent.objects.filter(ticket=room.ticket, kind="priority.changed")
        assert [event.data["priority"] for event in changes.order_by("id")] == [
            ["Medium", "High"],
            ["High", "Medium"],
        ]
