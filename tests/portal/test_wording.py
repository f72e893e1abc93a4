"""Status texts for customers about a ticket's state and its first response (M11-M21, M43)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Contact, Plan
from helpdesk.portal.wording import (
    describe_first_response_target,
    describe_next_reply_target,
    describe_state_for_customer,
)
from sla.models import Clock, ClockKind, Target
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import change_priority, close, close_silent, reply

LATER = NOON + timedelta(hours=1)


def describe(cast: Cast, ticket: Ticket) -> str:
    with timezone.override("America/Sao_Paulo"):
        fresh = Ticket.objects.get(pk=ticket.pk)
        return describe_state_for_customer(fresh, cast.desk, now=LATER)


def test_a_new_request_was_received(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    assert describe(in_rocket, ticket) == (
        "We received your request. We'll reply here and by email."
    )


def test_a_waiting_request_says_when_it_closes(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=NOON)
    text = describe(in_rocket, ticket)
    assert text.startswith("We replied and are waiting to hear from you. If you don't reply, ")
    assert "November 25" in text or "25 November" in text


@pytest.mark.parametrize(("days", "unit"), [(1, "1 day."), (7, "7 days.")])
def test_silence_names_the_days_in_the_right_number(in_rocket: Cast, days: int, unit: str) -> None:
    in_rocket.desk.silence_days = days
    in_rocket.desk.save()
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=NOON)
    close_silent(desk_id=in_rocket.desk.pk, at=NOON + timedelta(days=days, minutes=1))
    assert f"didn't hear from you for {unit}" in describe(in_rocket, ticket)


def test_a_closed_request_says_how_to_reopen_it(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    text = describe(in_rocket, ticket)
    assert text.startswith("We solved and closed this request. Reply by ")
    assert text.endswith(" to reopen it.")


def test_after_the_reopening_time_a_reply_opens_a_linked_request(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    fresh = Ticket.objects.get(pk=ticket.pk)
    late = NOON + timedelta(days=60)
    text = describe_state_for_customer(fresh, in_rocket.desk, now=late)
    assert text.endswith("If you reply, we'll open a new request that is linked to this one.")


def test_a_desks_own_sentence_replaces_the_usual_one_in_each_language(in_rocket: Cast) -> None:
    desk = in_rocket.desk
    desk.state_sentences = {"waiting": "The ball is in your court."}
    desk.translations = {"de": {"state_sentences": {"waiting": "Sie sind am Zug."}}}
    desk.save()
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=NOON)
    text = describe(in_rocket, ticket)
    assert text.startswith("The ball is in your court. If you don't reply, it closes on ")
    with translation.override("de"):
        assert describe(in_rocket, ticket).startswith("Sie sind am Zug. ")


def test_the_first_response_is_announced_then_late_then_done(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    clock = Clock.objects.get(ticket=ticket)
    due = describe_first_response_target(ticket, clock, now=NOON)
    assert due.startswith("You'll get a first response by ")
    assert due.endswith("This is the target for our first response, not a time to resolution.")
    late = describe_first_response_target(ticket, clock, now=clock.due_at + timedelta(seconds=1))
    assert late.startswith("Our first response was due ")
    assert late.endswith(" We're late, and our team knows.")
    assert describe_first_response_target(ticket, None, now=NOON) == ""
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=NOON)
    ticket, clock = Ticket.objects.get(pk=ticket.pk), Clock.objects.get(ticket=ticket)
    assert describe_first_response_target(ticket, clock, now=NOON) == ""


def test_a_changed_target_names_the_former_one(in_rocket: Cast) -> None:
    low = in_rocket.priorities["Low"]
    Target.objects.filter(priority=low).update(amount=600)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    change_priority(ticket_id=ticket.pk, priority=low, by=by, at=NOON)
    text = describe_first_response_target(ticket, Clock.objects.get(ticket=ticket), now=NOON)
    assert "by Wednesday, November 18, 2026, 11:00 PM" in text
    assert "Previously, it was Wednesday, November 18, 2026, 9:00 PM" in text


def test_a_target_that_ended_says_so_and_why_to_people_of_the_account(in_rocket: Cast) -> None:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(allows_hotline=True)
    contact = Contact.objects.get(pk=in_rocket.customer.pk)
    high, by = in_rocket.priorities["High"], Actor.of(in_rocket.analyst)
    ticket = in_rocket.open_ticket(channel="phone", priority=high, contact=contact)
    change_priority(ticket_id=ticket.pk, priority=in_rocket.priorities["Low"], by=by, at=NOON)
    ticket, clock = Ticket.objects.get(pk=ticket.pk), Clock.objects.get(ticket=ticket)
    text = describe_first_response_target(ticket, clock, now=NOON)
    assert text.startswith("We can no longer promise a first response by Wednesday, November 18")
    assert "The hotline is only for emergencies with the highest priority" in text
    other = describe_first_response_target(ticket, clock, now=NOON, shows_plan=False)
    assert "hotline" not in other


def test_a_refused_follow_up_is_explained_instead_of_offered(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    text = describe_state_for_customer(
        Ticket.objects.get(pk=ticket.pk),
        in_rocket.desk,
        now=NOON + timedelta(days=60),
        refused_follow_up="Ask Boss.",
    )
    assert text.endswith("Ask Boss.")


def make_clock(kind: ClockKind, *, hours: float = 2, **fields: object) -> Clock:
    return Clock(kind=kind, due_at=NOON + hours * timedelta(hours=1), **fields)


def test_the_next_reply_is_promised_by_the_earliest_clock_that_customers_know_of() -> None:
    clocks = [
        make_clock(ClockKind.NEXT_RESPONSE, hours=4),
        make_clock(ClockKind.PROMISED_UPDATE, hours=3),
        make_clock(ClockKind.UPDATE, hours=2, paused_at=NOON),
        make_clock(ClockKind.UPDATE, hours=2, met_at=NOON),
    ]
    with timezone.override("America/Sao_Paulo"):
        text = describe_next_reply_target(clocks, now=LATER)
        late = describe_next_reply_target(clocks, now=NOON + timedelta(hours=5))
    assert text == "You'll hear from us by Wednesday, November 18, 2026, 1:00 PM UTC-03."
    assert late.startswith("You should have heard from us by Wednesday, November 18, 2026,")


@pytest.mark.parametrize("kind", [kind for kind in ClockKind if not kind.is_promised])
def test_internal_clocks_are_never_told(kind: ClockKind) -> None:
    assert describe_next_reply_target([make_clock(kind)], now=LATER) == ""
