"""LATER followers: called once after the commit; failures are kept, retried, then given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction

from tests.cast import NOON, Cast
from tickets import deliveries
from tickets.actors import SYSTEM
from tickets.changes import record, record_many
from tickets.deliveries import MAX_ATTEMPTS, deliver, deliver_due
from tickets.deliveries.rows import PAUSES
from tickets.events import EventKind, FollowerLoopError, Together
from tickets.models import DeliveryState, EventDelivery, Ticket, TicketEvent

called: list[int] = []


def listen(event: TicketEvent) -> None:
    called.append(event.pk)


def fail(event: TicketEvent) -> None:
    raise OSError("the mail server is unavailable")


LISTENER = {EventKind.NOTE_ADDED: listen}
FAILING = {EventKind.NOTE_ADDED: fail}
ECHO = {EventKind.NOTE_ADDED: lambda change, event: change.record(EventKind.NOTE_ADDED)}
FOLLOWERS = {"failing": f"{__name__}.FAILING", "listener": f"{__name__}.LISTENER"}


def write_note_event(ticket: Ticket) -> TicketEvent:
    return record(ticket=ticket, kind=EventKind.NOTE_ADDED, by=SYSTEM, at=NOON)


@pytest.fixture(autouse=True)
def _nothing_called() -> None:
    called.clear()


@pytest.fixture
def event(in_rocket: Cast, settings) -> TicketEvent:
    ticket = in_rocket.open_ticket()
    settings.LATER_FOLLOWERS = FOLLOWERS
    with transaction.atomic():
        return write_note_event(ticket)


def test_each_follower_is_called_once_however_often_an_event_is_delivered(
    event: TicketEvent,
) -> None:
    for _ in range(3):
        deliver(event_ids=[event.pk], at=NOON)
    assert called == [event.pk]


def test_deliveries_of_an_event_are_in_the_order_of_the_followers(event: TicketEvent) -> None:
    booked = EventDelivery.objects.filter(event=event).order_by("pk")
    assert [row.follower for row in booked] == ["failing", "listener"]


def test_record_many_refuses_kinds_that_now_followers_listen_to(
    in_rocket: Cast,
) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(FollowerLoopError), transaction.atomic():
        record_many(
            desk_id=ticket.desk_id,
            kind=EventKind.TICKET_CLOSED,
            by=SYSTEM,
            at=NOON,
            facts=[(ticket.pk, {})],
        )
    assert not ticket.events.filter(kind=EventKind.TICKET_CLOSED).exists()


def test_a_failing_follower_does_not_hold_up_the_others(event: TicketEvent) -> None:
    assert deliver(event_ids=[event.pk], at=NOON) == 1
    failed = EventDelivery.objects.get(event=event, follower="failing")
    assert (failed.state, failed.attempts) == (DeliveryState.DUE, 1)
    assert "OSError: the mail server is unavailable" in failed.last_error
    assert failed.next_try_at == NOON + PAUSES[0]


def test_the_sweep_retries_a_failure_and_gives_up_after_the_last_try(event: TicketEvent) -> None:
    at = NOON
    for _ in range(MAX_ATTEMPTS):
        deliver_due(desk_id=event.desk_id, at=at)
        at += timedelta(hours=2)
    failed = EventDelivery.objects.get(event=event, follower="failing")
    assert (failed.state, failed.attempts) == (DeliveryState.GIVEN_UP, MAX_ATTEMPTS)
    assert called == [event.pk]


def test_a_delivery_that_kills_its_worker_is_given_up_after_the_last_try(
    event: TicketEvent, monkeypatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt  # no handler of ours catches it, as nothing catches kill -9

    monkeypatch.setitem(FAILING, EventKind.NOTE_ADDED, die)
    deadly = EventDelivery.objects.get(event=event, follower="failing")
    at = NOON
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            deliveries.deliver_one(deadly.pk, at=at)
        at += timedelta(hours=2)
    deliver_due(desk_id=event.desk_id, at=at)
    assert called == [event.pk]  # the other follower was called
    deadly.refresh_from_db()
    assert (deadly.state, deadly.attempts) == (DeliveryState.GIVEN_UP, MAX_ATTEMPTS)


def test_an_event_that_is_rolled_back_is_never_delivered(
    in_rocket: Cast, django_capture_on_commit_callbacks
):
    ticket = in_rocket.open_ticket()
    with django_capture_on_commit_callbacks() as hooks:
        with transaction.atomic():
            write_note_event(ticket)
            transaction.set_rollback(True)
        with transaction.atomic():
            kept = write_note_event(ticket)
    assert [[event.pk for event in hook.events] for hook in hooks] == [[kept.pk]]


def test_one_task_delivers_the_events_of_one_transaction(
    in_rocket: Cast, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as hooks:
        ticket = in_rocket.open_ticket()
    [bundle] = hooks
    assert [event.pk for event in bundle.events] == list(ticket.events.values_list("pk", flat=True))
    followed = EventDelivery.objects.values_list("event_id", flat=True).distinct()
    assert sorted(bundle.event_ids) == sorted(followed)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(transaction.TransactionManagementError):
        write_note_event(ticket)


def test_a_follower_that_causes_an_event_of_its_own_kind_is_caught(
    in_rocket: Cast, settings
) -> None:
    ticket = in_rocket.open_ticket()
    settings.NOW_FOLLOWERS = {"echo": f"{__name__}.ECHO"}
    with pytest.raises(FollowerLoopError), transaction.atomic():
        write_note_event(ticket)


def test_many_first_deliveries_take_a_fixed_number_of_statements(
    event: TicketEvent, monkeypatch, django_assert_num_queries
) -> None:
    monkeypatch.setitem(FAILING, EventKind.NOTE_ADDED, Together(lambda events: None))
    events = [event.pk, *(write_note_event(event.ticket).pk for _ in range(30))]
    with django_assert_num_queries(5):  # claim, savepoint, read, finish, savepoint
        assert deliver(event_ids=events, at=NOON) == 62


def test_together_gets_all_events_at_once_and_each_alone_if_that_fails(
    event: TicketEvent, monkeypatch
) -> None:
    calls: list[int] = []

    def follow(events: Sequence[TicketEvent]) -> None:
        calls.append(len(events))
        if event.pk in [each.pk for each in events]:
            raise OSError("poison")

    monkeypatch.setitem(FAILING, EventKind.NOTE_ADDED, Together(follow))
    events = [event.pk, write_note_event(event.ticket).pk, write_note_event(event.ticket).pk]
    assert deliver(event_ids=events, at=NOON) == 5
    assert calls == [3, 1, 1, 1]
    left = EventDelivery.objects.get(follower="failing")
    assert (left.event_id, left.attempts, left.last_error) == (event.pk, 1, "OSError: poison")


def test_a_delivery_that_kills_its_worker_uses_up_no_attempts_of_the_others(
    event: TicketEvent, monkeypatch
) -> None:
    def die(events: Sequence[TicketEvent]) -> None:
        if event.pk in [each.pk for each in events]:
            raise KeyboardInterrupt

    monkeypatch.setitem(FAILING, EventKind.NOTE_ADDED, Together(die))
    events = [event.pk, write_note_event(event.ticket).pk]
    at = NOON
    for _ in range(MAX_ATTEMPTS):  # each alone after the first
        with pytest.raises(KeyboardInterrupt):
            deliver(event_ids=events, at=at)
        at += timedelta(hours=2)
    assert deliver(event_ids=events, at=at) == 3
    assert called == events
    given_up = EventDelivery.objects.get(event__in=events)
    assert (given_up.event_id, given_up.state) == (event.pk, DeliveryState.GIVEN_UP)
