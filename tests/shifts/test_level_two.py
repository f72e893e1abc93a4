"""A shift of Level 2: an escalated ticket from its record to a defect, with help from others."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.find.conftest import OpenPage
from tests.help_requests.helpers import make_group
from tests.shifts.hands import Hands
from tickets.actors import Actor
from tickets.models import (
    Defect,
    EscalationCause,
    HelpRequest,
    Message,
    SideConversation,
    Ticket,
    TroubleshootingRecord,
)
from tickets.services import escalate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBJECT = "Uploads crash the server"


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    """A ticket that Level 1 has escalated, and a group of engineers."""
    now = timezone.now()
    with desk_scope(rocket.desk):
        make_group(rocket)
        rocket.open_ticket(subject="Of level 1", at=now)
        ticket = rocket.open_ticket(subject=SUBJECT, at=now)
        given = {"cause": EscalationCause.CANNOT_REPRODUCE, "why": "Only above 10 MB."}
        return escalate(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=now, **given)


def test_a_shift_of_level_two(
    make_hands: type[Hands], rocket: Cast, ticket: Ticket, open_page: OpenPage
) -> None:
    page = open_page(rocket.level_two)
    hands, dialog = make_hands(page), page.locator("#form-dialog")
    more = page.locator("#ticket-actions .menu-item")

    # The escalated queue has this one ticket.
    hands.do(page.locator('[data-shortcut="g x"]'), keys="g x")
    expect(page.locator("a[data-row]")).to_have_count(1)
    hands.do(page.locator("a[data-row]", has_text=SUBJECT), keys="j Enter")
    expect(page.locator(".ticket-head h1")).to_contain_text(SUBJECT)

    # The troubleshooting record, in a dialog over the ticket.
    hands.do(page.get_by_role("link", name="Start record"), keys="s")
    hands.enter(dialog.get_by_label("Affected areas"), "Uploads")
    hands.pick(dialog.get_by_label("Reproduced on a test system"), "Yes")
    hands.send(dialog.get_by_role("button", name="Save record"))
    expect(page.get_by_role("link", name="Edit record")).to_be_visible()

    # A question to the engineers; the ticket stays where it is.
    hands.do(more.filter(has_text="Ask for help"), words="ask for help")
    question = dialog.get_by_label("Question")
    expect(question).to_be_visible()
    hands.enter(question, "Is there a limit? ")
    hands.send(dialog.get_by_role("button", name="Ask for help"))
    expect(page.locator("#panel-help")).to_be_visible()

    # An email to a third party, which the customer never sees.
    hands.do(more.filter(has_text="New side conversation"), words="new side")
    hands.enter(page.locator("#id_emails"), "proxy@vendor.example")
    hands.enter(page.locator("#id_body"), "Do you cut uploads?")
    hands.send(page.get_by_role("button", name="Send email"))
    expect(page.locator("li.side")).to_contain_text("Do you cut uploads?")
    expect(page.locator("li.side .side-title")).to_be_visible()

    # The defect, filled from the record.
    hands.do(more.filter(has_text="Report a defect"), words="report a defect")
    expect(page.locator("#id_areas")).to_have_value("Uploads")
    hands.enter(page.locator("#id_title"), " above 10 MB")
    hands.send(page.get_by_role("button", name="Report defect"))
    expect(page.locator(".defect-linked")).to_contain_text("RC-D1")

    with desk_scope(rocket.desk):
        ticket.refresh_from_db()
        record = TroubleshootingRecord.objects.get(ticket=ticket)
        assert (record.areas, record.reproduced, ticket.level) == ("Uploads", "yes", "l2")
        assert "Is there a limit?" in HelpRequest.objects.get(ticket=ticket).question
        assert SideConversation.objects.get().ticket_id == ticket.pk
        assert "above 10 MB" in Defect.objects.get().title
        assert not Message.objects.filter(body_text__contains="cut uploads").exists()
