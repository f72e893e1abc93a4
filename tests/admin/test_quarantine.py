"""Quarantined messages in the admin site: of a desk, and stray email for installation admins."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import AuditEntry, Desk, User
from accounts.tenancy import desk_scope, system_scope
from channels_intake.models import InboundMessage, InboundState
from tests.cast import NOON, Cast
from tickets.models import Ticket

RAW = b"From: odd@example.com\r\nTo: suport@matter.example\r\nSubject: Stray\r\n\r\nHelp me"
LIST = "admin/channels_intake/inboundmessage/"


def hold(cast: Cast | None) -> InboundMessage:
    with system_scope("stray email"):
        return InboundMessage.objects.create(
            desk=cast and cast.desk,
            provider="raw",
            content_type="message/rfc822",
            raw=RAW,
            received_at=NOON,
            next_try_at=NOON,
            state=InboundState.FAILED,
            subject="Stray",
            reason="no_mailbox",
            reason_data={"address": "x@nowhere.example"},
        )


@pytest.fixture
def at_host(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root@host.example", "x"))
    return client


def test_a_desk_admin_sees_how_many_are_quarantined_and_why(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    hold(rocket)
    hold(matter)
    assert "1 quarantined email</a>" in at_rocket.get("/rocket/admin/").content.decode()
    page = at_rocket.get(f"/rocket/{LIST}?held=yes").content.decode()
    assert page.count("No verified mailbox has the address it was sent to") == 1


def test_a_desk_admin_discards_and_restores(rocket: Cast, at_rocket: Client) -> None:
    held = hold(rocket)
    at_rocket.post(f"/rocket/admin/mail/{held.pk}/decision/", {"do": "discard"})
    assert (
        "No verified mailbox has the address"
        not in at_rocket.get(f"/rocket/{LIST}?held=yes").content.decode()
    )
    assert (
        "No verified mailbox has the address"
        in at_rocket.get(f"/rocket/{LIST}?held=discarded").content.decode()
    )
    at_rocket.post(f"/rocket/admin/mail/{held.pk}/decision/", {"do": "restore"})
    assert (
        "No verified mailbox has the address"
        in at_rocket.get(f"/rocket/{LIST}?held=yes").content.decode()
    )
    with desk_scope(rocket.desk):
        actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["email_discarded", "email_restored"]


def test_messages_of_other_desks_and_stray_mail_are_not_found(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    for held in (hold(matter), hold(None)):
        answer = at_rocket.post(f"/rocket/admin/mail/{held.pk}/decision/", {"do": "discard"})
        assert answer.status_code == 404


def test_an_installation_admin_releases_stray_mail_to_a_mailbox(
    rocket: Cast, matter: Cast, at_host: Client
) -> None:
    stray = hold(None)
    page = at_host.get(f"/{LIST}{stray.pk}/change/").content.decode()
    assert "support@matter.example (Matter)" in page
    asked = {"do": "release", "sender": "unverified", "mailbox": matter.mailbox.pk}
    for _ in range(2):
        at_host.post(f"/admin/mail/{stray.pk}/decision/", asked)
    with desk_scope(matter.desk):
        assert Ticket.objects.get().is_unverified
        assert AuditEntry.objects.get(action="email_released").actor == "root@host.example"
    told = LogEntry.objects.filter(change_message__startswith="Quarantine").values_list(
        "change_message", flat=True
    )
    assert list(told) == ["Quarantine: release."]


def test_mailboxes_of_suspended_desks_are_neither_offered_nor_accepted(
    rocket: Cast, matter: Cast, at_host: Client
) -> None:
    Desk.objects.filter(pk=matter.desk.pk).update(is_suspended=True)
    stray = hold(None)
    page = at_host.get(f"/{LIST}{stray.pk}/change/").content.decode()
    assert rocket.mailbox.address in page
    assert matter.mailbox.address not in page
    asked = {"do": "release", "sender": "unverified", "mailbox": matter.mailbox.pk}
    at_host.post(f"/admin/mail/{stray.pk}/decision/", asked)
    with system_scope("look"):
        assert InboundMessage.objects.get().is_held


def test_stray_mail_needs_a_mailbox_to_be_released(
    rocket: Cast, matter: Cast, at_host: Client
) -> None:
    stray = hold(None)
    answer = at_host.post(f"/admin/mail/{stray.pk}/decision/", {"do": "release"}, follow=True)
    assert "Choose the mailbox" in answer.content.decode()
    with system_scope("look"):
        assert InboundMessage.objects.get().is_held
