"""Next response, regular update, resolution aim and promised update: start, pause, end, again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from sla.models import Clock, ClockKind
from sla.sweeps import mark_breached
from tests.cast import NOON, Cast
from tests.clocks import add_targets, get_clock, get_due, list_entries, list_entry_kinds
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, CloseReason, Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    change_priority,
    change_status,
    close,
    hold_ticket,
    mark_no_reply_needed,
    promise_update,
    reopen,
    reply,
)

HOUR = timedelta(hours=1)
FIRST, NEXT = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE
UPDATE, RESOLUTION = ClockKind.UPDATE, ClockKind.RESOLUTION
PROMISE = ClockKind.PROMISED_UPDATE


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    add_targets(in_rocket, NEXT, minutes=4 * 60)
    return in_rocket


def write(cast: Cast, ticket: Ticket, *, at: object, text: str = "Still broken") -> None:
    """Let the customer write."""
    new = NewMessage(text, "email")
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=at)  # type: ignore[arg-type]


def answer(cast: Cast, ticket: Ticket, *, at: object, then: str = "waiting") -> None:
    """Let the analyst reply."""
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Hello", at=at, then=then)  # type: ignore[arg-type]


def open_answered(cast: Cast, then: str = "waiting") -> Ticket:
    ticket = cast.open_ticket()
    answer(cast, ticket, at=NOON, then=then)
    return ticket


def test_the_next_response_counts_from_the_first_message_without_a_reply(desk: Cast) -> None:
    ticket = open_answered(desk)
    assert not Clock.objects.filter(kind=NEXT).exists()
    write(desk, ticket, at=NOON + HOUR)
    write(desk, ticket, at=NOON + 2 * HOUR)
    clock = get_clock(ticket, NEXT)
    assert (clock.started_at, clock.due_at) == (NOON + HOUR, NOON + 5 * HOUR)
    assert get_due(ticket) == (NOON + 5 * HOUR, NEXT)
    started = ticket.events.filter(kind=EventKind.SLA_STARTED, data__clock=NEXT)
    assert started.get().data["due_at"] == (NOON + 5 * HOUR).isoformat()


def test_before_the_first_response_only_that_is_due(desk: Cast) -> None:
    ticket = desk.open_ticket()
    write(desk, ticket, at=NOON + HOUR)
    assert get_due(ticket) == (NOON + 8 * HOUR, FIRST)
    assert not Clock.objects.filter(kind=NEXT).exists()


def test_each_run_is_met_by_a_reply_and_the_next_one_is_clean(desk: Cast) -> None:
    ticket = open_answered(desk)
    write(desk, ticket, at=NOON + HOUR)
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 5 * HOUR) == 1
    answer(desk, ticket, at=NOON + 6 * HOUR)
    late = get_clock(ticket, NEXT)
    assert (late.met_at, late.breached_at) == (NOON + 6 * HOUR, NOON + 5 * HOUR)
    assert get_due(ticket) == (NO_DEADLINE, "")
    write(desk, ticket, at=NOON + 6.5 * HOUR)
    again = get_clock(ticket, NEXT)
    assert (again.pk, again.run, again.met_at, again.breached_at) == (late.pk, 2, None, None)
    kinds = ["started", "breached", "met", "started"]
    assert list_entry_kinds(ticket, NEXT) == kinds
    assert [entry.data["run"] for entry in list_entries(ticket, NEXT)] == [1, 1, 1, 2]


def test_no_reply_needed_ends_the_next_response(desk: Cast) -> None:
    ticket = open_answered(desk)
    write(desk, ticket, at=NOON + HOUR, text="Thank you")
    by = Actor.of(desk.analyst)
    mark_no_reply_needed(ticket_id=ticket.pk, by=by, at=NOON + 2 * HOUR)
    clock = get_clock(ticket, NEXT)
    assert (clock.stopped_at, clock.met_at) == (NOON + 2 * HOUR, None)
    assert list_entries(ticket, NEXT)[-1].data["reason"] == "no_reply_needed"
    assert get_due(ticket) == (NO_DEADLINE, "")
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 9 * HOUR) == 0


def test_waiting_for_the_customer_pauses_it_and_time_used_stays_used(desk: Cast) -> None:
    ticket, by = open_answered(desk), Actor.of(desk.analyst)
    write(desk, ticket, at=NOON)
    change_status(ticket_id=ticket.pk, move="wait_for_customer", by=by, at=NOON + HOUR)
    assert get_clock(ticket, NEXT).paused_at == NOON + HOUR
    assert get_due(ticket) == (NO_DEADLINE, "")
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 5 * HOUR) == 0
    write(desk, ticket, at=NOON + 3 * HOUR)
    clock = get_clock(ticket, NEXT)
    assert (clock.paused_at, clock.due_at) == (None, NOON + 6 * HOUR)
    assert [pause[2] for pause in clock.pauses] == ["waiting_for_customer"]
    assert get_due(ticket) == (NOON + 6 * HOUR, NEXT)
    resumed = list_entries(ticket, NEXT)[-1]
    assert (resumed.kind, resumed.data["due_at"]) == ("resumed", clock.due_at.isoformat())


def test_a_hold_pauses_it_but_neither_the_first_response_nor_a_promise(desk: Cast) -> None:
    by, until = Actor.of(desk.analyst), NOON + 24 * HOUR
    asked, new = open_answered(desk), desk.open_ticket()
    write(desk, asked, at=NOON)
    promise_update(ticket_id=asked.pk, by=by, due_at=NOON + 2 * HOUR, at=NOON)
    for ticket in (asked, new):
        hold_ticket(ticket_id=ticket.pk, by=by, until=until, why="On site", at=NOON + HOUR)
    assert get_clock(asked, NEXT).pauses[-1][2] == "hold"
    assert get_due(asked) == (NOON + 2 * HOUR, PROMISE)
    assert get_due(new) == (NOON + 8 * HOUR, FIRST)


def test_a_state_that_the_desk_chose_pauses_it(desk: Cast) -> None:
    desk.desk.pause_states = ["investigating"]
    desk.desk.save()
    ticket, by = open_answered(desk), Actor.of(desk.analyst)
    write(desk, ticket, at=NOON)
    change_status(ticket_id=ticket.pk, move="investigate", by=by, at=NOON + HOUR)
    assert get_clock(ticket, NEXT).pauses[-1][2] == "state"
    write(desk, ticket, at=NOON + 2 * HOUR)
    assert get_clock(ticket, NEXT).due_at == NOON + 5 * HOUR


def test_a_deadline_that_passed_before_a_pause_is_breached_all_the_same(desk: Cast) -> None:
    """After an outage of the scheduler, nothing has marked it."""
    ticket, by = open_answered(desk), Actor.of(desk.analyst)
    write(desk, ticket, at=NOON)
    change_status(ticket_id=ticket.pk, move="wait_for_customer", by=by, at=NOON + 5 * HOUR)
    assert get_clock(ticket, NEXT).breached_at == NOON + 5 * HOUR
    assert ticket.events.filter(kind=EventKind.SLA_BREACHED, data__clock=NEXT).count() == 1
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 6 * HOUR) == 0


def test_an_update_is_due_while_work_is_left_to_us(in_rocket: Cast) -> None:
    add_targets(in_rocket, UPDATE, minutes=3 * 60)
    ticket = open_answered(in_rocket)
    assert not Clock.objects.filter(kind=UPDATE).exists()
    write(in_rocket, ticket, at=NOON + HOUR)
    assert get_due(ticket) == (NOON + 4 * HOUR, UPDATE)
    answer(in_rocket, ticket, at=NOON + 2 * HOUR, then="investigating")
    clock = get_clock(ticket, UPDATE)
    assert (clock.run, clock.due_at) == (2, NOON + 5 * HOUR)
    answer(in_rocket, ticket, at=NOON + 3 * HOUR)
    assert get_due(ticket) == (NO_DEADLINE, "")
    assert get_clock(ticket, UPDATE).met_at == NOON + 3 * HOUR


def test_a_note_is_no_update(in_rocket: Cast) -> None:
    add_targets(in_rocket, UPDATE, minutes=3 * 60)
    ticket = open_answered(in_rocket, then="investigating")
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Looking", at=NOON + HOUR)
    assert get_due(ticket) == (NOON + 3 * HOUR, UPDATE)


def test_the_resolution_aim_runs_to_the_closing_and_goes_on_after_a_reopening(
    in_rocket: Cast,
) -> None:
    add_targets(in_rocket, RESOLUTION, minutes=6 * 60)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    assert get_due(ticket) == (NOON + 8 * HOUR, FIRST)  # an internal aim never comes first
    answer(in_rocket, ticket, at=NOON + HOUR, then="investigating")
    assert get_due(ticket) == (NOON + 6 * HOUR, RESOLUTION)
    close(ticket_id=ticket.pk, by=by, at=NOON + 2 * HOUR)
    assert get_clock(ticket, RESOLUTION).met_at == NOON + 2 * HOUR
    reopen(ticket_id=ticket.pk, by=by, at=NOON + 4 * HOUR)
    clock = get_clock(ticket, RESOLUTION)
    assert (clock.run, clock.met_at, clock.due_at) == (1, None, NOON + 8 * HOUR)
    assert clock.pauses[-1][2] == "ticket_closed"


def test_the_resolution_aim_pauses_while_waiting_for_the_customer(in_rocket: Cast) -> None:
    add_targets(in_rocket, RESOLUTION, minutes=6 * 60)
    ticket = in_rocket.open_ticket()
    answer(in_rocket, ticket, at=NOON + HOUR)
    assert get_clock(ticket, RESOLUTION).paused_at == NOON + HOUR
    write(in_rocket, ticket, at=NOON + 3 * HOUR)
    assert get_clock(ticket, RESOLUTION).due_at == NOON + 8 * HOUR


@pytest.mark.parametrize("reason", [CloseReason.SPAM, CloseReason.DUPLICATE])
def test_spam_and_duplicates_do_not_meet_the_resolution_aim(
    in_rocket: Cast, reason: CloseReason
) -> None:
    add_targets(in_rocket, RESOLUTION, minutes=6 * 60)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    close(ticket_id=ticket.pk, by=by, at=NOON + HOUR, reason=reason)
    clock = get_clock(ticket, RESOLUTION)
    assert (clock.met_at, clock.stopped_at) == (None, NOON + HOUR)


def test_closing_ends_all_and_nothing_is_due(desk: Cast) -> None:
    add_targets(desk, UPDATE, RESOLUTION, minutes=180)
    ticket, by = open_answered(desk), Actor.of(desk.analyst)
    write(desk, ticket, at=NOON)
    promise_update(ticket_id=ticket.pk, by=by, due_at=NOON + 9 * HOUR, at=NOON)
    assert Clock.objects.filter(met_at=None, stopped_at=None).count() == 4
    close(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
    assert not Clock.objects.filter(met_at=None, stopped_at=None).exists()
    assert get_due(ticket) == (NO_DEADLINE, "")
    assert mark_breached(desk_id=desk.desk.pk, at=NOON + 99 * HOUR) == 0


def test_another_priority_reschedules_and_stops_every_clock(desk: Cast) -> None:
    add_targets(desk, RESOLUTION, minutes=6 * 60)
    high, low = desk.priorities["High"], desk.priorities["Low"]
    high.targets.filter(clock=NEXT).update(amount=60)
    low.targets.filter(clock=NEXT).delete()
    desk.desk.refresh_from_db()
    ticket, by = open_answered(desk), Actor.of(desk.analyst)
    write(desk, ticket, at=NOON)
    change_priority(ticket_id=ticket.pk, priority=high, by=by, at=NOON + HOUR / 2)
    assert get_due(ticket) == (NOON + HOUR, NEXT)
    moved = ticket.events.filter(kind=EventKind.SLA_REPLANNED, data__clock=NEXT).get().data
    assert moved["was_due_at"] == (NOON + 4 * HOUR).isoformat()
    change_priority(ticket_id=ticket.pk, priority=low, by=by, at=NOON + HOUR / 2)
    assert get_clock(ticket, NEXT).stopped_at == NOON + HOUR / 2
    assert ticket.events.filter(kind=EventKind.SLA_STOPPED, data__clock=NEXT).count() == 1
    change_priority(ticket_id=ticket.pk, priority=high, by=by, at=NOON + HOUR / 2)
    clock = get_clock(ticket, NEXT)
    assert (clock.started_at, clock.run) == (NOON, 2)


def test_a_desk_without_such_targets_reads_no_clocks_for_messages(in_rocket: Cast) -> None:
    ticket = open_answered(in_rocket)
    with CaptureQueriesContext(connection) as queries:
        write(in_rocket, ticket, at=NOON + HOUR)
        answer(in_rocket, ticket, at=NOON + 2 * HOUR)
    assert not [query for query in queries if "sla_clock" in query["sql"]]


def test_all_clocks_of_a_ticket_are_read_once_and_written_with_the_change(desk: Cast) -> None:
    add_targets(desk, UPDATE, RESOLUTION, minutes=180)
    ticket = open_answered(desk)
    write(desk, ticket, at=NOON + HOUR)
    with CaptureQueriesContext(connection) as queries:
        answer(desk, ticket, at=NOON + 2 * HOUR)
    about_clocks = [query["sql"] for query in queries if "sla_clock" in query["sql"]]
    assert len(about_clocks) == 2
    assert "FOR NO KEY UPDATE" in about_clocks[0]
    assert "tickets_ticketevent" in about_clocks[1]


def test_another_desk_sees_and_changes_none_of_it(desk: Cast, matter: Cast) -> None:
    ticket = open_answered(desk)
    write(desk, ticket, at=NOON)
    with desk_scope(matter.desk):
        theirs = matter.open_ticket()
        reply(ticket_id=theirs.pk, agent=matter.analyst, text="Hello", at=NOON)
        new = NewMessage("More", "email")
        add_customer_message(ticket_id=theirs.pk, contact=matter.customer, new=new, at=NOON)
        assert list(Clock.objects.values_list("kind", flat=True)) == [FIRST]
        assert mark_breached(desk_id=matter.desk.pk, at=NOON + 99 * HOUR) == 0
    assert get_due(ticket) == (NOON + 4 * HOUR, NEXT)
