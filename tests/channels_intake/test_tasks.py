"""At most three tasks per inbound email, and sweeps that find what the queue lost (P10)."""

from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState, MailState, OutgoingEmail
from channels_intake.tasks import sweep_unread, sweep_unsent
from tests.cast import Cast
from tests.channels_intake.conftest import all_inbound, make_mail
from tickets.models import Ticket
from tickets.tasks import sweep_undelivered

Rung = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Rung:
    """Return the tasks that were queued, in order."""
    rung: Rung = []
    monkeypatch.setattr(
        "tickets.queueing.send_task", lambda name, **kwargs: rung.append((name, kwargs))
    )
    return rung


def store(enqueue: bool = True) -> None:
    store_inbound(
        provider="raw",
        raw=make_mail(),
        content_type="message/rfc822",
        at=timezone.now(),
        enqueue=enqueue,
    )


@pytest.mark.django_db(transaction=True)
def test_an_inbound_mail_takes_three_tasks_from_the_webhook_to_the_sent_receipt(
    rocket: Cast, rung: Rung
) -> None:
    store()
    done = []
    while rung:
        name, kwargs = rung.pop(0)
        done.append(name)
        current_app.tasks[name](**kwargs)

    assert done == [
        "channels_intake.tasks.read_inbound",
        "tickets.tasks.deliver_events",
        "channels_intake.tasks.send_outgoing",
    ]
    assert len(mail.outbox) == 1
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert not ticket.events.filter(deliveries__state="due").exists()


@pytest.mark.django_db(transaction=True)
def test_with_every_queued_task_lost_the_sweeps_process_mail_and_send_the_receipt(
    rocket: Cast, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeping: Rung = []
    monkeypatch.setattr(
        "channels_intake.tasks.send_from_sweep", lambda n, **kw: not sweeping.append((n, kw))
    )
    store(enqueue=False)
    assert sweep_unread() == 1
    assert sorted(name for name, _ in sweeping) == ["channels_intake.tasks.read_inbound"]
    for name, kwargs in sweeping:
        current_app.tasks[name](**kwargs)
    assert sweep_undelivered() >= 1
    assert sweep_unsent() == 1
    assert (sweep_unread(), sweep_unsent()) == (0, 0)

    assert [row.state for row in all_inbound()] == [InboundState.PROCESSED]
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.SENT
    assert len(mail.outbox) == 1


def test_the_sweep_hands_each_mail_and_each_lacking_file_to_a_task_of_its_own(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: Rung = []
    monkeypatch.setattr(
        "channels_intake.tasks.send_from_sweep", lambda n, **kw: not queued.append((n, kw))
    )
    for _ in range(3):
        store(enqueue=False)
    first, second, third = (row.pk for row in all_inbound())
    with system_scope("make a row that lacks a file"):
        InboundMessage.objects.filter(pk=second).update(state="processed", lacks_files=True)
    assert sweep_unread() == 3
    assert queued == [
        ("channels_intake.tasks.read_inbound", {"inbound_id": first}),
        ("channels_intake.tasks.read_inbound", {"inbound_id": third}),
        ("channels_intake.tasks.restore_missing_files", {"inbound_id": second}),
    ]
    assert {row.state for row in all_inbound()} == {InboundState.RECEIVED, InboundState.PROCESSED}


def test_without_a_broker_the_sweep_stops_at_the_first_mail(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr("channels_intake.tasks.send_from_sweep", lambda n, **kw: tried.append(n))
    store(enqueue=False)
    store(enqueue=False)
    assert sweep_unread() == 0
    assert len(tried) == 1
