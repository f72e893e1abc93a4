"""A suspended desk shows no page and loses no mail."""

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


def read_what_is_due() -> int:
    due = list_due(LATER, 100)
    for inbound_id in due:
        process_inbound(inbound_id=inbound_id, at=LATER)
    return len(due)


def messages_of(cast: Cast) -> int:
    with desk_scope(cast.desk):
        return Message.objects.count()


@pytest.mark.parametrize(
    "path", ["", "agent/", "portal/", "login/", "admin/", "api/tickets/", "invitation/x/"]
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


def test_the_only_desk_says_so_without_its_path_too(rocket: Cast, client: Client) -> None:
    suspend_desk(desk=rocket.desk)
    assert client.get("/").status_code == 503


def test_the_hook_still_takes_mail_in(rocket: Cast, matter: Cast, client: Client) -> None:
    suspend_desk(desk=rocket.desk)
    assert (
        client.post("/rocket/inbound/postmark/", {}).status_code == 403
    )  # the secret is asked for, not 503


def test_mail_is_kept_raw_and_read_when_the_desk_is_taken_up_again(
    rocket: Cast, matter: Cast
) -> None:
    suspend_desk(desk=rocket.desk)
    kept = store("support@rocket.example")
    assert read_what_is_due() == 1
    assert read_what_is_due() == 0  # held: not read again and again
    with system_scope("test"):
        kept.refresh_from_db()
    assert (kept.state, kept.attempts, kept.desk_id) == (InboundState.RECEIVED, 0, rocket.desk.pk)
    assert messages_of(rocket) == 0

    assert resume_desk(desk=rocket.desk, at=LATER)
    assert read_what_is_due() == 1
    with system_scope("test"):
        kept.refresh_from_db()
    assert kept.state == InboundState.PROCESSED
    assert messages_of(rocket) == 1


def test_a_mail_to_two_desks_reaches_the_one_that_works_at_once(rocket: Cast, matter: Cast) -> None:
    suspend_desk(desk=rocket.desk)
    store("support@rocket.example, support@matter.example")
    while read_what_is_due():
        pass
    assert (messages_of(rocket), messages_of(matter)) == (0, 1)
    resume_desk(desk=rocket.desk, at=LATER)
    while read_what_is_due():
        pass
    assert (messages_of(rocket), messages_of(matter)) == (1, 1)


def test_no_ticket_is_closed_for_silence_before_the_kept_mail_is_read(rocket: Cast) -> None:
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
        assert (
            close_silent(desk_id=rocket.desk.pk, at=LATER + TIME_TO_READ) == 0
        )  # the reminder comes first
        assert (
            close_silent(desk_id=rocket.desk.pk, at=LATER + TIME_TO_READ + timedelta(days=2)) == 1
        )


@pytest.mark.parametrize("resumed_after", [timedelta(days=6, hours=23), timedelta(days=30)])
def test_nobody_is_reminded_before_the_kept_mail_is_read_and_then_as_long_before_the_close(
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


def test_who_was_reminded_before_the_pause_gets_the_day_only_and_who_is_not_due_nothing(
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


def test_the_commands_switch_once_and_leave_an_audit_row_each(rocket: Cast) -> None:
    for command in ("suspend_desk", "suspend_desk", "resume_desk", "resume_desk"):
        call_command(command, "rocket")
    assert not Desk.objects.get(pk=rocket.desk.pk).is_suspended
    with desk_scope(rocket.desk):
        actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["desk_suspended", "desk_resumed"]
