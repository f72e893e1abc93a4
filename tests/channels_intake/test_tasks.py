"""At most three tasks per inbound email, and sweeps that find what the queue lost (P10)."""

from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundState, MailState, OutgoingEmail
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
    rocket: Cast, rung: Rung
) -> None:
    store(enqueue=False)
    assert sweep_unread() == 1
    assert sweep_undelivered() >= 1
    assert sweep_unsent() == 1
    assert (sweep_unread(), sweep_unsent()) == (0, 0)

    assert [row.state for row in all_inbound()] == [InboundState.PROCESSED]
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.SENT
    assert len(mail.outbox) == 1
