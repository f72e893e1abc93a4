"""A lead's morning: start page, board, what is breached, who gets it, and a trainee's reply."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tenancy import desk_scope
from routing.models import Shift
from tests.cast import Cast
from tests.find.conftest import OpenPage
from tests.shifts.hands import Hands
from tickets.models import Message, PendingReply, SavedView, Ticket
from tickets.replies.holding_back import NewReply, submit_reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tickets(rocket: Cast) -> list[Ticket]:
    """Three overdue tickets that nobody has; a trainee has replied to the last one."""
    now = timezone.now()
    with desk_scope(rocket.desk):
        Shift.objects.all().delete()  # so that nobody gets them
        tickets = [
            rocket.open_ticket(subject=f"Late {place}", at=now - timedelta(days=10, hours=place))
            for place in (3, 2, 1)
        ]
        rocket.analyst.needs_approval = True
        rocket.analyst.save()
        text = "Please restart it."
        submit_reply(NewReply(ticket_id=tickets[-1].pk, agent=rocket.analyst, text=text), at=now)
    return tickets


def test_a_morning_of_a_lead(
    make_hands: type[Hands], rocket: Cast, tickets: list[Ticket], open_page: OpenPage
) -> None:
    page = open_page(rocket.lead, "start/")
    hands = make_hands(page)

    # The start page says what waits for approval, and how the week went.
    waiting = page.locator("section", has=page.locator("#start-approval"))
    expect(waiting).to_contain_text("Late 1")
    expect(page.locator("#start-quality")).to_be_visible()
    hands.do(waiting.locator("a.line-title"))
    pending = page.locator(".pending-reply")
    expect(pending).to_contain_text("Please restart it.")
    hands.do(pending.get_by_role("button", name="Approve and send"), keys="y")
    expect(page.locator(".message", has_text="Please restart it.")).to_be_visible()
    expect(pending).to_have_count(0)

    # The board, then the tickets that are breached.
    hands.do(page.locator('[data-shortcut="g b"]'), keys="g b")
    expect(page.get_by_role("heading", name="Unassigned tickets", exact=True)).to_be_visible()
    expect(page.locator("#main")).to_contain_text("Late 3")
    hands.do(page.locator('[data-shortcut="g o"]'), keys="g o")
    expect(page.locator("a[data-row]")).to_have_count(2)

    # Both go to a colleague, in one act.
    hands.select_rows(2)
    expect(page.locator("[data-selection-count]")).to_have_text("Selected: 2")
    change = page.get_by_role("button", name="Change…", exact=True)
    hands.do(change, words="change")
    hands.pick(page.get_by_label("Assignee"), "Colleague")
    hands.send(page.get_by_role("button", name="Change 2 tickets"))
    expect(page.get_by_text("2 tickets changed.")).to_be_visible()

    # Those of them that came by email are kept as a view for everyone.
    hands.do(page.locator('[data-shortcut="g o"]'), keys="g o")
    hands.enter(page.locator("#add-filter"), "Channel: Email")
    page.keyboard.press("Enter")  # the end of what is typed; a suggestion is applied when picked
    hands.do(page.get_by_role("link", name="Save view"))
    hands.enter(page.locator("#id_name"), "Morning")
    hands.pick(page.locator("#id_shared_with"), "All agents")
    hands.send(page.get_by_role("button", name="Save view"))
    expect(page.locator(".nav-item", has_text="Morning")).to_be_visible()
    expect(page.locator("a[data-row]")).to_have_count(2)

    with desk_scope(rocket.desk):
        owned = Ticket.objects.filter(assignee=rocket.colleague).values_list("subject", flat=True)
        assert set(owned) == {"Late 2", "Late 3"}
        assert SavedView.objects.get().is_shared
        assert not PendingReply.objects.exists()
        assert Message.objects.get(agent__isnull=False).body_text == "Please restart it."
