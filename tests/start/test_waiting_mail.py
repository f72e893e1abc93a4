"""Agents and admins read that email waits, in either direction, at their own desk only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, OutgoingEmail, UnsentMail
from helpdesk.worker.workload import KINDS, MAY_LAST, list_stalled
from tests.cast import Cast
from tickets.models import TicketEvent
from tickets.queueing import Queue

SignIn = Callable[..., Client]
RECEIVED = "1 received email has been waiting for more than 10 minutes."
UNSENT = "1 email to a customer has been waiting for more than 10 minutes."


def receive(desk: Desk, at: datetime) -> InboundMessage:
    return store_inbound(
        provider="raw", raw=b"X", content_type="message/rfc822", at=at, desk_id=desk.pk,
        enqueue=False,
    )  # fmt: skip


def write(cast: Cast, at: datetime) -> None:
    """Write an email that was tried and is due again later."""
    later = timezone.now() + timedelta(minutes=5)
    with desk_scope(cast.desk):
        ticket = cast.open_ticket(at=at)
        OutgoingEmail.objects.create(
            desk=cast.desk,
            ticket=ticket,
            event=TicketEvent.objects.filter(ticket=ticket).earliest("pk"),
            contact=cast.customer,
            kind="reply",
            from_address="support@rocket.example",
            reply_to="support@rocket.example",
            to_address=cast.customer.email,
            subject="Re: Disk",
            body_text="Try this.",
            rfc_message_id="1@rocket.example",
            attempts=3,
            next_try_at=later,
            created_at=at,
        )
        assert UnsentMail.objects.get().next_try_at == later


def read(sign_in: SignIn, cast: Cast) -> tuple[str, str]:
    """Return the home page of an analyst, and the admin's start page."""
    slug = cast.desk.slug
    home = sign_in(cast.analyst.user).get(f"/{slug}/agent/start/").content.decode()
    return home, sign_in(cast.admin.user).get(f"/{slug}/admin/").content.decode()


@pytest.mark.django_db
def test_waiting_email_is_named_at_its_own_desk(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    for page in read(sign_in, rocket):
        assert "has been waiting for more than 10 minutes." not in page
    late = timezone.now() - timedelta(minutes=11)
    receive(rocket.desk, late)
    write(rocket, late)
    for page in read(sign_in, rocket):
        assert RECEIVED in page
        assert UNSENT in page
    for page in read(sign_in, matter):
        assert RECEIVED not in page
        assert UNSENT not in page


@pytest.mark.django_db
def test_email_of_the_last_minutes_is_no_news(rocket: Cast, sign_in: SignIn) -> None:
    recent = timezone.now() - timedelta(minutes=9)
    receive(rocket.desk, recent)
    write(rocket, recent)
    for page in read(sign_in, rocket):
        assert RECEIVED not in page
        assert UNSENT not in page


@pytest.mark.django_db
def test_bulk_work_is_watched_too_but_later(rocket: Cast) -> None:
    now = timezone.now()
    write(rocket, now)
    with desk_scope(rocket.desk):
        OutgoingEmail.objects.update(next_try_at=now - timedelta(minutes=59))
        UnsentMail.objects.update(urgency=1)
    with system_scope("test"):
        assert list_stalled(now) == []
        [found] = list_stalled(now + timedelta(minutes=2))
    assert (found.queue, found.name) == (Queue.BULK, "automatic emails to send")
    assert {kind.name for kind in KINDS} > MAY_LAST
