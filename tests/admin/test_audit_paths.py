"""Each change of rights, export, and view of a file or raw email by an admin is one audit entry.

The tables below list every path.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from PIL import Image

from accounts.customers.entitlements import add_point_of_contact, remove_point_of_contact
from accounts.invitations.accepting import accept_invitation
from accounts.invitations.sending import invite
from accounts.models import AuditEntry, Contact, User
from accounts.tenancy import desk_scope, system_scope
from channels_intake.calls.queueing import queue_call
from channels_intake.models import (
    CallKind,
    InboundMessage,
    InboundState,
    MailState,
    OutgoingCall,
    OutgoingEmail,
)
from helpdesk.desks.export import export_desk
from helpdesk.desks.suspension import resume_desk, suspend_desk
from tests.admin.posting import AGENT, post_settings
from tests.cast import NOON, Cast
from tests.previews import make_previews
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Message, TicketEvent

PREFIX = "/rocket/admin"


@dataclass
class Place:
    """A desk with a file, emails that came and went, and a call; its admin is signed in."""

    cast: Cast
    client: Client
    file: Attachment
    received: InboundMessage
    held: InboundMessage
    sent: OutgoingEmail
    call: OutgoingCall

    def post(self, path: str, **fields: Any) -> None:
        answer = self.client.post(f"{PREFIX}/{path}", fields)
        assert answer.status_code in {200, 302}, path
        told = answer.context.get("errors") if answer.context else None
        assert not told, told

    def get(self, path: str) -> None:
        assert self.client.get(f"/rocket/{path}").status_code == 200, path

    def change_agent(self, **changes: Any) -> None:
        agent = self.cast.analyst
        self.post(f"accounts/agent/{agent.pk}/change/", **(AGENT | {"name": agent.name} | changes))

    def change_contact(self, role: str) -> None:
        contact = self.cast.customer
        fields = {
            "email": contact.email,
            "name": contact.name,
            "account": self.cast.account.pk,
            "role": role,
        }
        self.post(f"accounts/contact/{contact.pk}/change/", **fields)

    def import_csv(self) -> None:
        file = io.BytesIO(f"email,role\n{self.cast.customer.email},manager\n".encode())
        file.name = "people.csv"
        page = self.client.post(f"{PREFIX}/csv/", {"kind": "contacts", "file": file})
        self.post("csv/", kind="contacts", sealed=page.context["sealed"])

    def accept(self) -> None:
        desk = self.cast.desk
        _, token = invite(desk=desk, email="new@rocket.example", kind="agent", role="lead", at=NOON)
        accept_invitation(desk=desk, token=token, at=NOON, password="correct horse battery")


Walk = Callable[[Place], object]

RIGHTS: dict[str, tuple[Walk, list[str]]] = {
    "an agent's role": (lambda p: p.change_agent(role="lead"), ["agent changed"]),
    "an agent is deactivated": (lambda p: p.change_agent(is_active=""), ["agent changed"]),
    "a contact's role": (lambda p: p.change_contact("manager"), ["contact changed"]),
    "a contact's role by CSV": (lambda p: p.import_csv(), ["role_changed", "csv_imported"]),
    "a point of contact is added": (
        lambda p: add_point_of_contact(
            contact=p.cast.customer_colleague, by=p.cast.manager, at=NOON
        ),
        ["role_changed"],
    ),
    "a point of contact is removed": (
        lambda p: remove_point_of_contact(contact=p.cast.customer, by=p.cast.lead, at=NOON),
        ["role_changed"],
    ),
    "a person is invited": (
        lambda p: p.post(
            "accounts/invitation/invite/",
            email="new@rocket.example",
            invited_as="agent:lead",
            level="l1",
        ),
        ["invited"],
    ),
    "an invitation is accepted": (lambda p: p.accept(), ["invited", "invitation_accepted"]),
    "two-factor authentication is required": (
        lambda p: post_settings(p.client, p.cast.desk, accent="indigo", require_two_factor="on"),
        ["desk changed"],
    ),
    "the desk is suspended": (lambda p: suspend_desk(desk=p.cast.desk), ["desk_suspended"]),
    "the desk is resumed": (
        lambda p: (suspend_desk(desk=p.cast.desk), resume_desk(desk=p.cast.desk, at=NOON)),
        ["desk_suspended", "desk_resumed"],
    ),
}

EXPORTS: dict[str, tuple[Walk, list[str]]] = {
    kind: (lambda p, kind=kind: p.post("csv/export/", kind=kind), ["csv_exported"])
    for kind in ("accounts", "domains", "contacts")
} | {
    "a contact": (
        lambda p: p.post(f"accounts/contact/{p.cast.customer.pk}/export/"),
        ["person_exported"],
    ),
    "an agent": (
        lambda p: p.post(f"accounts/agent/{p.cast.analyst.pk}/export/"),
        ["person_exported"],
    ),
    "the desk": (
        lambda p: export_desk(desk=p.cast.desk, to=io.BytesIO(), at=NOON),
        ["desk_exported"],
    ),
}

MAIL = ["inboundmessage viewed"]
VIEWS: dict[str, tuple[Walk, list[str]]] = {
    "a file": (lambda p: p.get(f"agent/files/{p.file.pk}/"), ["attachment viewed"]),
    "its preview": (lambda p: p.get(f"agent/files/{p.file.pk}/?preview=1"), ["attachment viewed"]),
    "a received email": (lambda p: p.get(f"agent/mails/received/{p.received.pk}/"), MAIL),
    "a quarantined email": (lambda p: p.get(f"agent/quarantine/{p.held.pk}/"), MAIL),
    "a sent email": (lambda p: p.get(f"agent/mails/sent/{p.sent.pk}/"), ["outgoingemail viewed"]),
    "a received email in the admin site": (
        lambda p: p.get(f"admin/channels_intake/inboundmessage/{p.held.pk}/change/"),
        MAIL,
    ),
    "a sent email in the admin site": (
        lambda p: p.get(f"admin/channels_intake/outgoingemail/{p.sent.pk}/change/"),
        ["outgoingemail viewed"],
    ),
    "a call to another system": (
        lambda p: p.get(f"admin/channels_intake/outgoingcall/{p.call.pk}/change/"),
        ["outgoingcall viewed"],
    ),
}

PATHS = RIGHTS | EXPORTS | VIEWS


@pytest.fixture
def place(rocket: Cast, at_rocket: Client, settings: Any, tmp_path: Path) -> Place:
    settings.MEDIA_ROOT = tmp_path
    with desk_scope(rocket.desk):
        image = io.BytesIO()
        Image.new("RGB", (4, 4)).save(image, "PNG")
        ticket = rocket.open_ticket(files=(NewFile("a.png", "image/png", image.getvalue()),))
        make_previews()
        message = Message.objects.get(ticket=ticket)
        told: dict[str, Any] = {"kind": CallKind.TEAM_CHAT, "connection_id": 1, "body": {}}
        queue_call(desk_id=rocket.desk.pk, key="chat:1:1", at=NOON, **told)
        Contact.objects.filter(pk=rocket.customer_colleague.pk).update(role="contact")
        rocket.customer_colleague.refresh_from_db()
        came = {
            "desk": rocket.desk,
            "provider": "raw",
            "content_type": "message/rfc822",
            "raw": b"Subject: x\r\n\r\n",
            "received_at": NOON,
            "next_try_at": NOON,
        }
        return Place(
            cast=rocket,
            client=at_rocket,
            file=message.attachments.get(),
            received=InboundMessage.objects.create(
                **came, state=InboundState.PROCESSED, ticket=ticket
            ),
            held=InboundMessage.objects.create(**came, state=InboundState.QUARANTINED),
            sent=OutgoingEmail.objects.create(
                desk=rocket.desk,
                ticket=ticket,
                event=TicketEvent.objects.first(),
                message=message,
                contact=rocket.customer,
                kind="reply",
                from_address="a@b.example",
                reply_to="a@b.example",
                to_address="c@d.example",
                subject="Re",
                body_text="Text",
                rfc_message_id="x@b.example",
                state=MailState.SENT,
                next_try_at=NOON,
                created_at=NOON,
            ),
            call=OutgoingCall.objects.get(),
        )


def actions(cast: Cast) -> list[str]:
    with desk_scope(cast.desk):
        return [name_action(entry) for entry in AuditEntry.objects.order_by("pk")]


def name_action(entry: AuditEntry) -> str:
    is_about_a_kind = entry.action in {"added", "changed", "deleted", "viewed"}
    kind = entry.detail.get("model", "").partition(".")[2]
    return f"{kind} {entry.action}" if is_about_a_kind else entry.action


@pytest.mark.parametrize("name", PATHS)
def test_each_path_writes_its_entries(name: str, place: Place) -> None:
    walk, expected = PATHS[name]
    with desk_scope(place.cast.desk):
        walk(place)
    assert actions(place.cast) == expected


@pytest.mark.parametrize("name", VIEWS)
def test_the_row_of_a_view_names_a_number_and_who_looked(name: str, place: Place) -> None:
    VIEWS[name][0](place)
    with desk_scope(place.cast.desk):
        entry = AuditEntry.objects.get()
    assert entry.user == place.cast.admin.user
    assert entry.target == f"#{entry.detail['pk']}"


def test_agents_at_work_and_rejected_requests_are_not_audited(
    place: Place, sign_in: Any, matter: Cast
) -> None:
    analyst, stranger = sign_in(place.cast.analyst.user), sign_in(matter.admin.user)
    assert analyst.get(f"/rocket/agent/files/{place.file.pk}/").status_code == 200
    assert stranger.get(f"/rocket/agent/files/{place.file.pk}/").status_code == 404
    assert (
        stranger.get(f"{PREFIX}/channels_intake/inboundmessage/{place.held.pk}/change/").status_code
        == 404
    )
    assert actions(place.cast) == []


def test_stray_mail_and_rights_of_users_are_in_djangos_log(
    matter: Cast, sign_in: Any, rocket: Cast
) -> None:
    with system_scope("stray email"):
        stray = InboundMessage.objects.create(
            provider="raw",
            content_type="message/rfc822",
            raw=b"x",
            received_at=NOON,
            next_try_at=NOON,
        )
    root = sign_in(User.objects.create_superuser("root@host.example", "x"))
    assert root.get(f"/admin/channels_intake/inboundmessage/{stray.pk}/change/").status_code == 200
    fields = {
        "email": "lead@rocket.example",
        "name": "Lead",
        "is_active": "on",
        "is_superuser": "on",
    }
    assert (
        root.post(f"/admin/accounts/user/{rocket.lead.user_id}/change/", fields).status_code == 302
    )
    logged = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert logged == ["Viewed.", "Changed is_superuser."]
