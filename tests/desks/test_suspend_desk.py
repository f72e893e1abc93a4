"""A suspended desk shows no page and loses no email."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import AuditEntry, Desk
from accounts.sweeps import list_desks_with_work
from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.reading import list_due, process_inbound
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState
from helpdesk.desks.suspension import TIME_TO_READ, resume_desk, suspend_desk
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Message, State, Ticket
from tickets.services import close_silent, remind_silent, reply

LATER = NOON + timedelta(days=30)


def store(to: str) -> InboundMessage:
    return store_inbound(
        provider="raw", raw=make_mail(to=to), content_type="message/rfc822", at=NOON, enqueue=False
    )


def process_due() -> int:
    due = list_due(LATER, 100)
    for inbound_id in due:
        process_inbound(inbound_id=inbound_id, at=LATER)
    return len(due)


def count_messages(cast: Cast) -> int:
    with desk_scope(cast.desk):
        return Message.objects.count()


@pytest.mark.parametrize(
    "path", ["", "agent/", "portal/", "login/", "admin/", "api/v1/tickets/", "invitation/x/"]
)
def test_every_page_says_suspended_with_503(
    rocket: Cast, matter: Cast, client: Client, path: str
) -> None:
    assert suspend_desk(desk=rocket.desk)
    client.force_login(rocket.admin.user)
    answer = client.get(f"/rocket/{path}")
    assert answer.status_code == 503
    assert b"suspended" in answer.content
    assert answer["Retry-After"] == "3600"
    assert client.get("/matter/login/").status_code != 503


def test_an_only_desk_returns_503_without_its_path_too(rocket: Cast, client: Client) -> None:
    suspend_desk(desk=rocket.desk)
    assert client.get("/").status_code == 503


def test_the_webhook_still_accepts_email(rocket: Cast, matter: Cast, client: Client) -> None:
    suspend_desk(desk=rocket.desk)
    # It asks for the secret instead of returning 503.
    assert client.post("/rocket/inbound/postmark/", {}).status_code == 403


def test_email_is_stored_raw_and_processed_when_the_desk_resumes(
    rocket: Cast, matter: Cast
) -> None:
    suspend_desk(desk=rocket.desk)
    stored = store("support@rocket.example")
    assert process_due() == 1
    assert process_due() == 0  # not retried while the desk is suspended
    with system_scope("test"):
        stored.refresh_from_db()
    assert (stored.state, stored.attempts, stored.desk_id) == (
        InboundState.RECEIVED,
        0,
        rocket.desk.pk,
    )
    assert count_messages(rocket) == 0

    assert resume_desk(desk=rocket.desk, at=LATER)
    assert process_due() == 1
    with system_scope("test"):
        stored.refresh_from_db()
    assert stored.state == InboundState.PROCESSED
    assert count_messages(rocket) == 1


def test_an_email_to_two_desks_reaches_the_active_one_at_once(rocket: Cast, matter: Cast) -> None:
    suspend_desk(desk=rocket.desk)
    store("support@rocket.example, support@matter.example")
    while process_due():
        pass
    assert (count_messages(rocket), count_messages(matter)) == (0, 1)
    resume_desk(desk=rocket.desk, at=LATER)
    while process_due():
        pass
    assert (count_messages(rocket), count_messages(matter)) == (1, 1)


def test_no_ticket_is_closed_for_silence_before_stored_email_is_processed(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        reply(ticket_id=ticket.pk, agent=rocket.lead, text="Try this.", at=NOON)
    suspend_desk(desk=rocket.desk)
    silent = Ticket.objects.filter(status=State.WAITING, close_at__lte=LATER)
    assert list_desks_with_work("test", silent) == []
    resume_desk(desk=rocket.desk, at=LATER)
    assert list_desks_with_work("test", silent) == []
    with desk_scope(rocket.desk):
        assert close_silent(desk_id=rocket.desk.pk, at=LATER) == 0
        later = LATER + TIME_TO_READ
        assert close_silent(desk_id=rocket.desk.pk, at=later) == 0  # the reminder comes first
        assert close_silent(desk_id=rocket.desk.pk, at=later + timedelta(days=2)) == 1


@pytest.mark.parametrize("resumed_after", [timedelta(days=6, hours=23), timedelta(days=30)])
def test_reminders_wait_for_stored_email_and_keep_their_distance_to_the_close(
    rocket: Cast, resumed_after: timedelta
) -> None:
    with desk_scope(rocket.desk):
        pk = reply(
            ticket_id=rocket.open_ticket().pk, agent=rocket.lead, text="Try this.", at=NOON
        ).ticket_id
    suspend_desk(desk=rocket.desk)
    at = NOON + resumed_after
    resume_desk(desk=rocket.desk, at=at)
    with desk_scope(rocket.desk):
        assert remind_silent(desk_id=rocket.desk.pk, at=at) == 0
        ticket = Ticket.objects.get(pk=pk)
        assert (ticket.remind_at, ticket.close_at) == (
            at + TIME_TO_READ,
            at + TIME_TO_READ + timedelta(days=2),
        )
        assert remind_silent(desk_id=rocket.desk.pk, at=at + TIME_TO_READ) == 1


def test_a_reminded_ticket_gets_one_day_and_one_not_yet_due_gets_none(
    rocket: Cast,
) -> None:
    with desk_scope(rocket.desk):
        tickets = [
            reply(
                ticket_id=rocket.open_ticket().pk, agent=rocket.lead, text="Try this.", at=said
            ).ticket_id
            for said in (NOON, NOON + timedelta(days=6))
        ]
        remind_silent(desk_id=rocket.desk.pk, at=NOON + timedelta(days=5))
    suspend_desk(desk=rocket.desk)
    at = NOON + timedelta(days=8)
    resume_desk(desk=rocket.desk, at=at)
    with desk_scope(rocket.desk):
        first, second = (Ticket.objects.get(pk=pk) for pk in tickets)
    assert (first.remind_at, first.close_at) == (None, at + TIME_TO_READ)
    assert (second.remind_at, second.close_at) == (
        NOON + timedelta(days=11),
        NOON + timedelta(days=13),
    )


def test_each_command_acts_once_and_leaves_one_audit_entry(rocket: Cast) -> None:
    for command in ("suspend_desk", "suspend_desk", "resume_desk", "resume_desk"):
        call_command(command, "rocket")
    assert not Desk.objects.get(pk=rocket.desk.pk).is_suspended
    with desk_scope(rocket.desk):
        actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["desk_suspended", "desk_resumed"]
