"""LATER followers: told after the commit, once; a failure is kept, tried again, and set aside at last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from tests.cast import NOON, Cast
from tickets import deliveries, events
from tickets.deliveries import MAX_ATTEMPTS, deliver, deliver_due
from tickets.models import DeliveryState, EventDelivery, TicketEvent

told: list[int] = []


def listen(event: TicketEvent) -> None:
    told.append(event.pk)


def fail(event: TicketEvent) -> None:
    raise OSError("the mail server is away")


LISTENER = {events.EventKind.NOTE_ADDED: listen}
FAILING = {events.EventKind.NOTE_ADDED: fail}
ECHO = {events.EventKind.NOTE_ADDED: lambda event: write_note_event(event.ticket)}


def write_note_event(ticket) -> TicketEvent:
    from_nobody = {"by": events.Actor("system", None, "Test", "system"), "at": NOON}
    return events.record(ticket=ticket, kind=events.EventKind.NOTE_ADDED, **from_nobody)


@pytest.fixture(autouse=True)
def _only_our_followers(settings) -> Iterator[None]:
    told.clear()
    events.followers.cache_clear()
    yield
    events.followers.cache_clear()


@pytest.fixture
def event(in_rocket: Cast, settings) -> TicketEvent:
    ticket = in_rocket.open_ticket()
    settings.LATER_FOLLOWERS = [f"{__name__}.FAILING", f"{__name__}.LISTENER"]
    with transaction.atomic():
        return write_note_event(ticket)


def test_each_follower_is_told_once_however_often_it_is_delivered(event: TicketEvent) -> None:
    for _ in range(3):
        deliver(event_ids=[event.pk], at=NOON)
    assert told == [event.pk]


def test_the_deliveries_of_an_event_stand_in_the_order_of_the_followers(event: TicketEvent) -> None:
    booked = EventDelivery.objects.filter(event=event).order_by("pk")
    assert [row.follower for row in booked] == [f"{__name__}.FAILING", f"{__name__}.LISTENER"]


def test_events_of_a_kind_that_is_answered_in_the_transaction_are_not_written_in_bulk(
    in_rocket: Cast,
) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(events.FollowerLoopError), transaction.atomic():
        events.record_many(
            desk_id=ticket.desk_id,
            kind=events.EventKind.TICKET_CLOSED,
            by=events.Actor("system", None, "Test", "system"),
            at=NOON,
            facts=[(ticket.pk, {})],
        )
    assert not ticket.events.filter(kind=events.EventKind.TICKET_CLOSED).exists()


def test_a_failing_follower_does_not_hold_up_the_others(event: TicketEvent) -> None:
    assert deliver(event_ids=[event.pk], at=NOON) == 1
    failed = EventDelivery.objects.get(event=event, follower__endswith="FAILING")
    assert (failed.state, failed.attempts) == (DeliveryState.DUE, 1)
    assert "OSError: the mail server is away" in failed.last_error
    assert failed.next_try_at == NOON + deliveries.PAUSES[0]


def test_a_failure_is_tried_again_by_the_sweep_and_given_up_at_last(event: TicketEvent) -> None:
    at = NOON
    for _ in range(MAX_ATTEMPTS):
        deliver_due(desk_id=event.desk_id, at=at)
        at += timedelta(hours=2)
    failed = EventDelivery.objects.get(event=event, follower__endswith="FAILING")
    assert (failed.state, failed.attempts) == (DeliveryState.GIVEN_UP, MAX_ATTEMPTS)
    assert told == [event.pk]


def test_a_delivery_that_kills_its_worker_is_set_aside_after_the_last_try(
    event: TicketEvent, monkeypatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt  # what no handler of ours catches, as nothing catches kill -9

    monkeypatch.setitem(FAILING, events.EventKind.NOTE_ADDED, die)
    deadly = EventDelivery.objects.get(event=event, follower__endswith="FAILING")
    at = NOON
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            deliveries.deliver_one(deadly.pk, at=at)
        at += timedelta(hours=2)
    deliver_due(desk_id=event.desk_id, at=at)
    assert told == [event.pk]  # the other follower had its turn
    deadly.refresh_from_db()
    assert (deadly.state, deadly.attempts) == (DeliveryState.GIVEN_UP, MAX_ATTEMPTS)


def test_an_event_that_is_rolled_back_is_told_to_nobody(
    in_rocket: Cast, django_capture_on_commit_callbacks
):
    ticket = in_rocket.open_ticket()
    with django_capture_on_commit_callbacks() as hooks:
        with transaction.atomic():
            write_note_event(ticket)
            transaction.set_rollback(True)
        with transaction.atomic():
            kept = write_note_event(ticket)
    assert [hook.event_ids for hook in hooks] == [[kept.pk]]


def test_the_events_of_one_transaction_go_out_as_one_task(
    in_rocket: Cast, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as hooks:
        ticket = in_rocket.open_ticket()
    assert [hook.event_ids for hook in hooks] == [list(ticket.events.values_list("pk", flat=True))]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(transaction.TransactionManagementError):
        write_note_event(ticket)


def test_a_follower_that_answers_itself_is_caught(in_rocket: Cast, settings) -> None:
    ticket = in_rocket.open_ticket()
    settings.NOW_FOLLOWERS = [f"{__name__}.ECHO"]
    with pytest.raises(events.FollowerLoopError), transaction.atomic():
        write_note_event(ticket)
