"""What the desk owes: unanswered messages, promised updates, and messages that need no reply."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import QueueRow, State, Ticket, TicketEvent
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    close,
    mark_no_reply_needed,
    promise_update,
    reopen,
    reply,
    withdraw_promise,
)
from tickets.services.owed_replies import find_open_promise

HOUR = timedelta(hours=1)


def get_unanswered(ticket: Ticket) -> datetime | None:
    """Return the column of the ticket, which its queue row copies."""
    row = QueueRow.objects.get(pk=ticket.pk)
    ticket.refresh_from_db()
    assert row.unanswered_since == ticket.unanswered_since
    return ticket.unanswered_since


def write(cast: Cast, ticket: Ticket, *, at: datetime, is_automatic: bool = False) -> None:
    """Add a message of the customer."""
    new = NewMessage("And now?", "email", is_automatic=is_automatic)
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=at)


def test_the_first_unanswered_message_counts(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    assert get_unanswered(ticket) == NOON
    write(in_rocket, ticket, at=NOON + HOUR)
    assert get_unanswered(ticket) == NOON
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Look", at=NOON + 2 * HOUR)
    assert get_unanswered(ticket) is None
    write(in_rocket, ticket, at=NOON + 3 * HOUR)
    write(in_rocket, ticket, at=NOON + 4 * HOUR)
    assert get_unanswered(ticket) == NOON + 3 * HOUR


def test_notes_and_automatic_replies_answer_and_ask_nothing(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hm", at=NOON + HOUR)
    assert get_unanswered(ticket) == NOON
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Look", at=NOON + 2 * HOUR)
    write(in_rocket, ticket, at=NOON + 3 * HOUR, is_automatic=True)
    assert get_unanswered(ticket) is None


def test_a_closed_ticket_owes_nothing_until_the_customer_writes(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    close(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
    assert get_unanswered(ticket) is None
    reopen(ticket_id=ticket.pk, by=by, at=NOON + 2 * HOUR)
    assert get_unanswered(ticket) is None
    write(in_rocket, ticket, at=NOON + 3 * HOUR)
    assert get_unanswered(ticket) == NOON + 3 * HOUR


def test_a_thank_you_needs_no_reply(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Done", at=NOON + HOUR)
    write(in_rocket, ticket, at=NOON + 2 * HOUR)
    mark_no_reply_needed(ticket_id=ticket.pk, by=by, at=NOON + 3 * HOUR)
    assert get_unanswered(ticket) is None
    assert ticket.status == State.WAITING  # and closes by itself if nothing comes
    event = TicketEvent.objects.get(ticket=ticket, kind=EventKind.NO_REPLY_NEEDED)
    assert event.data["since"] == (NOON + 2 * HOUR).isoformat()
    with pytest.raises(ConflictError):
        mark_no_reply_needed(ticket_id=ticket.pk, by=by, at=NOON + 4 * HOUR)


def test_without_a_first_response_a_reply_is_needed(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(ConflictError):
        mark_no_reply_needed(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON + HOUR)
    assert get_unanswered(ticket) == NOON


def test_an_update_is_promised_with_a_reply_or_alone(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    reply(
        ticket_id=ticket.pk,
        agent=in_rocket.analyst,
        text="We are looking",
        at=NOON,
        then="investigating",
        next_update_at=NOON + 4 * HOUR,
    )
    promise_update(ticket_id=ticket.pk, by=by, due_at=NOON + 5 * HOUR, at=NOON, why="Logs")
    withdraw_promise(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
    kinds = [EventKind.AGENT_REPLIED, EventKind.UPDATE_PROMISED, EventKind.PROMISE_WITHDRAWN]
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).order_by("id")
    assert [event.kind for event in events] == [kinds[0], kinds[1], kinds[1], kinds[2]]
    assert events[1].data["due_at"] == (NOON + 4 * HOUR).isoformat()
    assert events[2].data["why"] == "Logs"


def test_a_promise_needs_a_future_time_an_open_ticket_and_an_agent(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    with pytest.raises(InvalidValueError):
        promise_update(ticket_id=ticket.pk, by=by, due_at=NOON, at=NOON)
    with pytest.raises(InvalidValueError):
        reply(
            ticket_id=ticket.pk,
            agent=in_rocket.analyst,
            text="x",
            at=NOON,
            next_update_at=NOON - HOUR,
        )
    ticket.refresh_from_db()
    assert ticket.first_responded_at is None  # the reply wasn't sent either
    customer = Actor.of(in_rocket.customer)
    with pytest.raises(NotAllowedError):
        promise_update(ticket_id=ticket.pk, by=customer, due_at=NOON + HOUR, at=NOON)
    close(ticket_id=ticket.pk, by=by, at=NOON)
    with pytest.raises(ConflictError):
        promise_update(ticket_id=ticket.pk, by=by, due_at=NOON + HOUR, at=NOON)


def count_withdrawals(ticket: Ticket) -> int:
    return ticket.events.filter(kind=EventKind.PROMISE_WITHDRAWN).count()


def test_a_promise_is_withdrawn_once(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    withdraw_promise(ticket_id=ticket.pk, by=by, at=NOON)
    assert count_withdrawals(ticket) == 0
    promise_update(ticket_id=ticket.pk, by=by, due_at=NOON + HOUR, at=NOON)
    for _ in range(2):
        withdraw_promise(ticket_id=ticket.pk, by=by, at=NOON)
    assert count_withdrawals(ticket) == 1


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_promise_that_was_kept_or_ended_cannot_be_withdrawn(
    in_rocket: Cast, is_closed: bool
) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    promise_update(ticket_id=ticket.pk, by=by, due_at=NOON + HOUR, at=NOON)
    if is_closed:
        close(ticket_id=ticket.pk, by=by, at=NOON)
    else:
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Look", at=NOON)
    assert find_open_promise(ticket) is None
    withdraw_promise(ticket_id=ticket.pk, by=by, at=NOON)
    assert count_withdrawals(ticket) == 0


def test_a_promise_in_a_reply_is_open(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    given = {"agent": in_rocket.analyst, "text": "Look", "at": NOON}
    reply(ticket_id=ticket.pk, next_update_at=NOON + HOUR, **given)
    promised = find_open_promise(ticket)
    assert promised is not None
    assert find_open_promise(ticket, before=promised) is None
