"""What a ticket's state means for its customer, in sentences (M11-M21, M43)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Desk
from helpdesk.shared.times import format_full_datetime
from sla.models import Clock
from tickets.models import CloseReason, State, Ticket

NOT_A_RESOLUTION = "It is the target for our first response, not an expected time to resolution."

STATE_SENTENCES = {
    State.OPEN: "We have your request and will answer here and by e-mail.",
    State.INVESTIGATING: "We are analysing your request.",
    State.WAITING: "We answered and are waiting for you.",
    State.ESCALATED: "We passed your request on to the team that builds the product; you will be told here.",
}
CLOSED_SENTENCES = {
    CloseReason.SOLVED: "This request is closed: we provided a solution.",
    CloseReason.BY_CUSTOMER: "This request was closed from your side.",
    CloseReason.DUPLICATE: "This request is closed because another one is about the same thing.",
    CloseReason.SPAM: "This request is closed.",
}


def describe_state_for_customer(ticket: Ticket, desk: Desk, *, now: datetime) -> str:
    """What the state means, when silence closes the ticket, or why it is closed and what an answer does."""
    if ticket.status == State.CLOSED:
        return f"{_why_closed(ticket, desk)} {_what_answering_does(ticket, now=now)}"
    sentence = STATE_SENTENCES[State(ticket.status)]
    if ticket.status == State.WAITING and ticket.close_at is not None:
        moment = format_full_datetime(ticket.close_at)
        return f"{sentence} Without an answer from you the request closes by itself on {moment}."
    if ticket.status == State.OPEN and ticket.first_responded_at is not None:
        return "We have your latest message and will answer here and by e-mail."
    return sentence


def _why_closed(ticket: Ticket, desk: Desk) -> str:
    if ticket.close_reason == CloseReason.SILENCE:
        return f"This request closed by itself: we had no answer from you for {_days(desk.silence_days)}."
    return CLOSED_SENTENCES[CloseReason(ticket.close_reason)]


def _what_answering_does(ticket: Ticket, *, now: datetime) -> str:
    if ticket.reopen_until is not None and ticket.is_reopenable(now):
        return f"Until {format_full_datetime(ticket.reopen_until)} an answer opens it again."
    return "An answer opens a new request that is linked to this one."


def _days(amount: int) -> str:
    return "a day" if amount == 1 else f"{amount} days"


def describe_first_response_target(clock: Clock | None, *, now: datetime) -> str:
    """The promised first answer while it is owed (M43); "" once it was given, or when none was promised."""
    if clock is None or clock.met_at is not None or clock.stopped_at is not None:
        return ""
    moment = format_full_datetime(clock.due_at)
    if now > clock.due_at:
        return f"You should have had a first answer by {moment}. We are late, and our team has been told."
    return f"You will have a first answer by {moment}. {NOT_A_RESOLUTION}"
