"""Queueing: after the commit only, one task per transaction, no error without a broker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from structlog.testing import capture_logs

from tests.cast import NOON, Cast
from tickets import queueing
from tickets.actors import SYSTEM
from tickets.changes import record, record_many
from tickets.events import EventKind
from tickets.models import DoneDelivery, EventDelivery, Ticket, TicketEvent
from tickets.queueing import (
    DELIVER,
    Queue,
    TaskName,
    send_after_commit,
    send_task,
    without_queueing,
)
from tickets.tasks import deliver_events

Hooks = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, *, kwargs, **options: sent.append((name, kwargs))
    )
    return sent


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


FOLLOWERS = {EventKind.NOTE_ADDED: lambda event: None}
announced: list[list[int]] = []


def announce(events: Sequence[TicketEvent]) -> None:
    announced.append([event.ticket.number for event in events])


def fail(events: Sequence[TicketEvent]) -> None:
    raise RuntimeError("a fault of ours")


@pytest.fixture
def followed(settings: Any) -> None:
    """Let a LATER follower listen to added notes, and a function to every commit."""
    announced.clear()
    settings.LATER_FOLLOWERS = {"notes": f"{__name__}.FOLLOWERS"}
    settings.AFTER_COMMIT = [f"{__name__}.announce"]


def add_event(ticket: Ticket, *, inline: bool = False) -> int:
    event = record(
        ticket=ticket, kind=EventKind.NOTE_ADDED, by=SYSTEM, at=NOON, deliver_inline=inline
    )
    return int(event.pk)


def test_a_task_is_queued_by_name_with_its_arguments(queued: list) -> None:
    send_task(DELIVER, desk_id=1, event_ids=[2])
    assert queued == [("tickets.tasks.deliver_events", {"desk_id": 1, "event_ids": [2]})]


def test_without_a_broker_the_work_is_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, **options: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(current_app, "send_task", refuse)
    with capture_logs() as logs:
        send_task(DELIVER, desk_id=1)
    (entry,) = logs
    assert (entry["event"], entry["log_level"]) == ("broker_unavailable", "warning")
    assert "connection refused" in entry["error"]


@pytest.mark.django_db
def test_nothing_is_queued_before_the_commit_or_after_a_rollback(
    queued: list, django_capture_on_commit_callbacks: Hooks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            send_after_commit(DELIVER, desk_id=1)
            transaction.set_rollback(True)
        send_after_commit(DELIVER, desk_id=2)
        assert queued == []
    assert queued == [(DELIVER, {"desk_id": 2})]


@pytest.mark.django_db
def test_bulk_work_queues_nothing_on_commit_either(
    queued: list, django_capture_on_commit_callbacks: Hooks
) -> None:
    with without_queueing(), django_capture_on_commit_callbacks(execute=True):
        send_after_commit(DELIVER, desk_id=1)
        send_task(DELIVER, desk_id=2)
    assert queued == []
    send_task(DELIVER, desk_id=3)
    assert queued == [(DELIVER, {"desk_id": 3})]


def test_queueing_is_on_again_after_an_error_in_bulk_work(queued: list) -> None:
    with pytest.raises(ZeroDivisionError), without_queueing():
        raise ZeroDivisionError
    send_task(DELIVER, desk_id=1)
    assert len(queued) == 1


def test_one_task_delivers_all_events_of_a_transaction(
    queued: list, ticket: Ticket, followed: None, django_capture_on_commit_callbacks: Hooks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        events = [add_event(ticket), add_event(ticket)]
    assert queued == [(DELIVER, {"desk_id": ticket.desk_id, "event_ids": events})]


def test_events_of_a_rolled_back_savepoint_are_not_delivered(
    queued: list, ticket: Ticket, followed: None, django_capture_on_commit_callbacks: Hooks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = add_event(ticket)
        with transaction.atomic():
            add_event(ticket)
            transaction.set_rollback(True)
        last = add_event(ticket)
    assert queued == [(DELIVER, {"desk_id": ticket.desk_id, "event_ids": [first, last]})]


def test_inline_events_are_delivered_in_this_process(
    queued: list, ticket: Ticket, followed: None, django_capture_on_commit_callbacks: Hooks
) -> None:
    assert deliver_events.name == DELIVER
    with django_capture_on_commit_callbacks(execute=True):
        inline, by_task = add_event(ticket, inline=True), add_event(ticket)
    assert queued == [(DELIVER, {"desk_id": ticket.desk_id, "event_ids": [by_task]})]
    assert list(DoneDelivery.objects.values_list("event_id", flat=True)) == [inline]
    assert not EventDelivery.objects.filter(event_id=inline).exists()


def test_events_without_followers_need_no_task(
    queued: list, ticket: Ticket, settings: Any, django_capture_on_commit_callbacks: Hooks
) -> None:
    settings.LATER_FOLLOWERS = {}
    with django_capture_on_commit_callbacks(execute=True):
        add_event(ticket)
    assert queued == []
    assert not EventDelivery.objects.filter(event__kind=EventKind.NOTE_ADDED).exists()


def test_the_events_of_a_transaction_are_announced_at_once_without_a_row(
    queued: list, ticket: Ticket, followed: None, django_capture_on_commit_callbacks: Hooks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        add_event(ticket)
        record_many(
            desk_id=ticket.desk_id,
            kind=EventKind.SLA_WARNED,
            by=SYSTEM,
            at=NOON,
            facts=[(ticket.pk, {})],
        )
        assert announced == []
    assert announced == [[ticket.number, ticket.number]]


def test_a_fault_while_announcing_is_logged_and_fails_nothing(
    queued: list,
    ticket: Ticket,
    followed: None,
    settings: Any,
    django_capture_on_commit_callbacks: Hooks,
) -> None:
    settings.AFTER_COMMIT = [f"{__name__}.fail"]
    with capture_logs() as logs, django_capture_on_commit_callbacks(execute=True):
        add_event(ticket)
    assert [entry["event"] for entry in logs] == ["announcing_failed"]
    assert len(queued) == 1


def test_bulk_work_announces_nothing(
    ticket: Ticket, followed: None, django_capture_on_commit_callbacks: Hooks
) -> None:
    with without_queueing(), django_capture_on_commit_callbacks(execute=True):
        add_event(ticket)
    assert announced == []


def test_a_task_name_is_text_and_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "TASK_NAMES", set())
    name = TaskName("tickets.tasks.anything", queue=Queue.BULK)
    assert name == "tickets.tasks.anything"
    assert {"tickets.tasks.anything"} == queueing.TASK_NAMES
