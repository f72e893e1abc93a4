"""At most two tasks for inbound email, however much, and sweeps for what the queue lost (P10)."""

from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState, MailState, OutgoingEmail
from channels_intake.tasks import read_inbound, sweep_automatic_mail, sweep_unread, sweep_unsent
from tests.cast import Cast
from tests.channels_intake.conftest import all_inbound, make_mail
from tickets.models import DeliveryState, EventDelivery, Ticket
from tickets.tasks import sweep_undelivered

Queued = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> Queued:
    """Return the tasks that were queued, in order."""
    queued: Queued = []
    monkeypatch.setattr(
        "tickets.queueing._send", lambda name, kwargs, **options: not queued.append((name, kwargs))
    )
    pending: set[str] = set()
    monkeypatch.setattr(
        "tickets.queueing._set_pending", lambda flag: flag not in pending and not pending.add(flag)
    )
    return queued


def store(message_id: str = "<one@acme.example>", *, enqueue: bool = True) -> None:
    store_inbound(
        provider="raw",
        raw=make_mail(message_id=message_id),
        content_type="message/rfc822",
        at=timezone.now(),
        enqueue=enqueue,
    )


@pytest.mark.django_db(transaction=True)
def test_inbound_email_takes_two_tasks_from_the_webhook_to_the_sent_receipts(
    rocket: Cast, queued: Queued
) -> None:
    for number in range(3):
        store(f"<{number}@acme.example>")
    assert len(queued) == 1  # the other two found one waiting
    done = []
    while queued:
        name, kwargs = queued.pop(0)
        done.append(name)
        current_app.tasks[name](**kwargs)

    assert done == [
        "channels_intake.tasks.read_inbound",
        "channels_intake.tasks.send_outgoing",
    ]
    assert len(mail.outbox) == 3
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 3
        assert not EventDelivery.objects.filter(state=DeliveryState.DUE).exists()


@pytest.mark.django_db(transaction=True)
def test_with_every_queued_task_lost_the_sweeps_process_mail_and_send_the_receipt(
    rocket: Cast, queued: Queued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels_intake.incoming.slices._follow_up", lambda tasks: None)
    store(enqueue=False)
    assert sweep_unread() == 1
    assert [name for name, _ in queued] == ["channels_intake.tasks.read_inbound"]
    read_inbound()
    assert sweep_undelivered() >= 1
    assert sweep_unsent() == 0  # no reply
    assert sweep_automatic_mail() == 1
    assert (sweep_unread(), sweep_unsent()) == (0, 0)

    assert [row.state for row in all_inbound()] == [InboundState.PROCESSED]
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.SENT
    assert len(mail.outbox) == 1


def test_the_sweep_queues_once_for_all_mail_and_for_each_that_lacks_a_file(
    rocket: Cast, queued: Queued
) -> None:
    for _ in range(3):
        store(enqueue=False)
    lacking = all_inbound()[1].pk
    with system_scope("make a row that lacks a file"):
        InboundMessage.objects.filter(pk=lacking).update(state="processed", lacks_files=True)
    assert sweep_unread() == 2
    assert queued == [
        ("channels_intake.tasks.read_inbound", {}),
        ("channels_intake.tasks.restore_missing_files", {"inbound_id": lacking}),
    ]
    assert {row.state for row in all_inbound()} == {InboundState.RECEIVED, InboundState.PROCESSED}


def test_with_no_mail_the_sweep_queues_nothing(rocket: Cast, queued: Queued) -> None:
    assert sweep_unread() == 0
    assert queued == []


def test_without_a_broker_the_sweep_counts_nothing(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.queueing._send", lambda *args, **options: False)
    store(enqueue=False)
    assert sweep_unread() == 0


def test_a_task_that_its_time_limit_stops_leaves_the_rest_to_another(
    rocket: Cast, queued: Queued, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> bool:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("channels_intake.tasks.read_slice", stop)
    with pytest.raises(SoftTimeLimitExceeded):
        read_inbound()
    assert queued == [("channels_intake.tasks.read_inbound", {})]
