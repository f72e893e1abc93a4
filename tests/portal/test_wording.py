"""Status texts for customers about a ticket's state and its first response (M11-M21, M43)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from helpdesk.portal.wording import describe_first_response_target, describe_state_for_customer
from sla.models import Clock
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import close, close_silent, reply

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
    due = describe_first_response_target(clock, now=NOON)
    assert due.startswith("You'll get a first response by ")
    assert due.endswith("This is the target for our first response, not a time to resolution.")
    late = describe_first_response_target(clock, now=clock.due_at + timedelta(seconds=1))
    assert late.startswith("Our first response was due ")
    assert late.endswith(" We're late, and our team knows.")
    clock.met_at = NOON
    assert describe_first_response_target(clock, now=NOON) == ""
    assert describe_first_response_target(None, now=NOON) == ""
