"""Few tasks: at most three per inbound message, two per answer, bulk work in batches (P10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.incoming.store import store_inbound
from helpdesk.celery import app
from sla.models import Clock
from sla.tasks import mark_breached_clocks
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import EventDelivery, Notification, Ticket
from tickets.services import reply

pytestmark = pytest.mark.django_db(transaction=True)

Queued = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> Queued:
    """Return the tasks that are queued, in order."""
    queued: Queued = []
    app.autodiscover_tasks(force=True)

    def send(name: str, *, kwargs: dict[str, Any], **options: Any) -> None:
        queued.append((str(name), kwargs))

    monkeypatch.setattr(current_app, "send_task", send)
    return queued


def run_all(queued: Queued) -> list[str]:
    """Run the tasks that are queued and those that they queue; return their names."""
    done = []
    while queued:
        name, kwargs = queued.pop(0)
        done.append(name)
        current_app.tasks[name](**kwargs)
    return done


def test_an_email_takes_three_tasks_until_its_receipt_is_sent(rocket: Cast, queued: Queued) -> None:
    store_inbound(provider="raw", raw=make_mail(), content_type="message/rfc822", at=timezone.now())
    assert len(run_all(queued)) <= 3
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
        assert not EventDelivery.objects.filter(state="due").exists()
    assert len(mail.outbox) == 1


def test_an_answer_takes_two_tasks_until_it_is_sent(rocket: Cast, queued: Queued) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        run_all(queued)
        mail.outbox.clear()
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Try this.", at=timezone.now())
    assert len(run_all(queued)) <= 2
    assert [sent.to for sent in mail.outbox] == [[rocket.customer.email]]


def test_notifying_of_a_hundred_breaches_takes_one_task(rocket: Cast, queued: Queued) -> None:
    with desk_scope(rocket.desk):
        for _ in range(100):
            rocket.open_ticket()
        run_all(queued)
        Notification.objects.all().delete()
        Clock.objects.update(due_at=NOON - timedelta(hours=1))
    assert mark_breached_clocks() == 100
    assert len(run_all(queued)) == 1
    with desk_scope(rocket.desk):
        assert Notification.objects.values("ticket").distinct().count() == 100
