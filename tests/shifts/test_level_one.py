"""A shift of Level 1: the ten daily acts, seen, stored and counted (docs/measurements)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Account
from accounts.tenancy import desk_scope
from routing.models import Shift
from tests.cast import Cast
from tests.find.conftest import OpenPage
from tests.shifts.hands import Count, Hands, Keyboard
from tickets.events import EventKind
from tickets.models import Message, NoteMention, State, Ticket, TicketEvent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = settings.BASE_DIR / "docs" / "measurements" / "ten-acts.md"
ROW = re.compile(r"^\| (?P<act>[A-Z][^|]+?) \| (?P<target>\d+) \|(?P<rest>.+)$", re.MULTILINE)
OTHER_ROW = re.compile(r"^\| (?P<act>[A-Z][^|]+, [^|]+?) \|(?P<rest> \d[^|]*\|.+)$", re.MULTILINE)
CELL = re.compile(r"(\d+)(?: \+ (\d+))?")


@pytest.fixture
def tickets(rocket: Cast) -> list[Ticket]:
    """Two unassigned tickets, the first due first."""
    now = timezone.now()
    with desk_scope(rocket.desk):
        Shift.objects.all().delete()  # so that nobody gets them
        return [
            rocket.open_ticket(subject=subject, at=now - timedelta(minutes=minutes))
            for subject, minutes in (("Login is slow", 90), ("Uploads fail", 30))
        ]


def test_a_shift_of_level_one(
    make_hands: type[Hands],
    rocket: Cast,
    helvetia: Account,
    tickets: list[Ticket],
    open_page: OpenPage,
) -> None:
    page = open_page(rocket.analyst)
    hands = make_hands(page)
    hands.do(page.locator("a[data-row]", has_text="Login is slow"), keys="j Enter")
    dialog = page.locator("#form-dialog")
    title, message = page.locator(".ticket-head h1"), page.get_by_label("Message", exact=True)

    def read(subject: str = "Uploads fail") -> Ticket:
        with desk_scope(rocket.desk):
            return Ticket.objects.select_related("priority").get(subject=subject)

    with hands.act("Open the next due ticket"):
        hands.do(page.locator("#walk a[rel=next]"), keys="j")
    expect(title).to_contain_text("Uploads fail")

    with hands.act("Assign to me"):
        hands.do(page.get_by_role("button", name="Assign to me"), keys="t")
    expect(page.locator("#value-assignee")).to_have_text("Analyst")
    assert read().assignee_id == rocket.analyst.pk

    with hands.act("Set the priority"):
        high = page.locator("[data-property=priority] .menu-item", has_text="High")
        hands.do(high, keys="p 1")
    expect(page.locator("#value-priority")).to_have_text("High")
    assert read().priority.name == "High"

    with hands.act("Add a note"):
        hands.do(page.locator(".composer-kind", has_text="Internal note"), keys="n")
        hands.enter(message, "Known from last week, ")
        page.keyboard.type("@Colleague is on it.")
        hands.send(page.get_by_role("button", name="Add note"))
    expect(page.locator(".message", has_text="is on it.")).to_be_visible()
    with desk_scope(rocket.desk):
        assert NoteMention.objects.get().agent_id == rocket.colleague.pk

    with hands.act("Reply and set to waiting"):
        hands.do(page.locator(".composer-kind", has_text="Public reply"), keys="r")
        hands.enter(message, "Please try it again.")
        hands.send(page.get_by_role("button", name="Send reply"))
    expect(page.locator(".message", has_text="Please try it again.")).to_be_visible()
    expect(page.locator("#ticket-bar")).to_contain_text("Waiting")
    assert read().status == State.WAITING

    with hands.act("Escalate"):
        hands.do(page.get_by_role("link", name="Escalate", exact=True), keys="l")
        expect(dialog.get_by_label("Cannot reproduce")).to_be_checked()  # the likely reason
        hands.enter(dialog.get_by_label("What the next level needs to know"), "Only above 10 MB.")
        hands.send(dialog.get_by_role("button", name="Escalate"))
    expect(page.get_by_text("Escalated to Level 2.")).to_be_visible()
    assert read().level == "l2"

    with hands.act("Find by customer"):
        hands.find("zoë keller", page.locator("#command-people-1"))
    expect(page.get_by_role("heading", name="Zoë Keller")).to_be_visible()
    expect(page.get_by_role("link", name="The printer is on fire")).to_be_visible()

    with hands.act("Find by phrase"):
        hands.search('"on fire"')
    expect(page.locator("a[data-row]")).to_have_count(1)
    expect(page.locator("a[data-row]")).to_contain_text("The printer is on fire")

    hands.find("zoë keller", page.locator("#command-people-1"))
    with hands.act("Open a ticket for a caller"):  # from her page, where the call was looked up
        hands.do(page.locator('main [data-shortcut="c"]'), keys="c")
        hands.enter(page.get_by_label("Description"), "Paper jam\nIn tray 2.")
        hands.send(page.get_by_role("button", name="Open ticket"))
    expect(title).to_contain_text("Paper jam")
    assert read("Paper jam").account_id == helvetia.pk

    with hands.act("Close with a reason"):
        hands.do(page.get_by_role("link", name="Close ticket"), keys="e")
        expect(dialog.get_by_label("Solved", exact=True)).to_be_checked()
        hands.send(dialog.get_by_role("button", name="Close ticket"))
    expect(page.locator("#ticket-bar")).to_contain_text("Closed")
    assert read("Paper jam").close_reason == "solved"
    with desk_scope(rocket.desk):
        assert Message.objects.filter(body_text="Please try it again.").count() == 1

    check_counts(hands, ROW)


def test_the_same_acts_when_nothing_is_likely(
    make_hands: type[Hands],
    rocket: Cast,
    helvetia: Account,
    tickets: list[Ticket],
    open_page: OpenPage,
) -> None:
    """Another reason than the likely one, and a caller whose page is not open."""
    page = open_page(rocket.analyst, f"tickets/{tickets[0].number}/")
    hands, dialog = make_hands(page), page.locator("#form-dialog")

    with hands.act("Escalate, as a product defect"):
        hands.do(page.get_by_role("link", name="Escalate", exact=True), keys="l")
        why = dialog.get_by_label("What the next level needs to know")
        expect(why).to_be_focused()
        if isinstance(hands, Keyboard):  # back to the reason
            page.keyboard.press("Shift+Tab")
            hands.now.filling += 1
        hands.choose(dialog.get_by_label("Product defect"), digit="2")
        hands.enter(why, "Only above 10 MB.")
        hands.send(dialog.get_by_role("button", name="Escalate"))
    expect(page.get_by_text("Escalated to Level 2.")).to_be_visible()

    with hands.act("Close, as not about the product"):
        hands.do(page.get_by_role("link", name="Close ticket"), keys="e")
        hands.choose(dialog.get_by_label("Not about our product"), digit="5")
        hands.send(dialog.get_by_role("button", name="Close ticket"))
    expect(page.locator("#ticket-bar")).to_contain_text("Closed")

    with hands.act("Open a ticket for a caller, by name"):
        hands.do(page.locator('.sidebar [data-shortcut="c"]'), keys="c")
        hands.enter(page.get_by_role("textbox", name="Requester", exact=True), "zoë")
        hands.choose_only(page.get_by_role("radio", name=re.compile("Zoë Keller")))
        hands.enter(page.get_by_label("Description"), "Paper jam\nIn tray 2.")
        hands.send(page.get_by_role("button", name="Open ticket"))
    expect(page.locator(".ticket-head h1")).to_contain_text("Paper jam")

    with desk_scope(rocket.desk):
        tickets[0].refresh_from_db()
        assert tickets[0].close_reason == "not_ours"
        escalated = TicketEvent.objects.get(ticket=tickets[0], kind=EventKind.ESCALATED)
        assert escalated.data["cause"] == "defect"
        ticket = Ticket.objects.get(subject="Paper jam")
        assert (ticket.account_id, ticket.messages.get().body_text) == (
            helvetia.pk,
            "Paper jam\nIn tray 2.",
        )
    check_counts(hands, OTHER_ROW)


def check_counts(hands: Hands, row: re.Pattern[str]) -> None:
    """Hold the counts to a table, and the table's own numbers, all in all, to the targets."""
    place = 1 if isinstance(hands, Keyboard) else 0
    written = {}
    for found in row.finditer(TABLE.read_text()):
        act, cell = found["act"], CELL.search(found["rest"].split("|")[place])
        assert cell is not None, act
        written[act] = count = Count(int(cell[1]), int(cell[2] or 0))
        if target := found.groupdict().get("target"):
            assert count.acts + count.filling <= int(target), act
    assert hands.acts == written
