"""Redacting text and removing a file over the API: a dry run first, then for good."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import NOON, Cast
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Message, Note, Ticket, TicketEvent
from tickets.services import add_note, reply

API = "/rocket/api/v1/"
SECRET = "tr0ub4dor-quux&3"


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    """A ticket with the secret in two messages, a note and a file."""
    made = in_rocket.open_ticket(text=f"My password is {SECRET}")
    given: dict[str, Any] = {"ticket_id": made.pk, "agent": in_rocket.analyst, "at": NOON}
    log = NewFile("trace.log", "text/plain", f"login {SECRET}".encode())
    reply(text=f"We tried {SECRET}.", files=(log,), **given)
    add_note(text=f"{SECRET} works", **given)
    return made


def send(client: Client, path: str, data: Any, **headers: str) -> Any:
    return client.post(f"{API}{path}", data, content_type="application/json", headers=headers)


def test_a_dry_run_finds_and_changes_nothing_then_it_is_gone(
    in_rocket: Cast, ticket: Ticket, sign_in: Any
) -> None:
    lead, path = sign_in(in_rocket.lead.user), f"tickets/{ticket.number}/redactions/"
    found = send(lead, path, {"text": SECRET.upper(), "dry_run": True}).json()
    assert (found["is_redacted"], found["hidden_tickets"]) == (False, 0)
    assert {"name": "Messages", "count": 2} in found["places"]
    assert found["files"] == ["trace.log"]
    assert Message.objects.filter(body_text__contains=SECRET).count() == 2
    assert send(lead, path, {"text": SECRET}).json()["errors"][0]["field"] == "why"
    given, key = {"text": SECRET, "why": "A password"}, {"Idempotency-Key": "once"}
    done = send(lead, path, given, **key)
    assert (done.status_code, done.json()["is_redacted"]) == (200, True)
    for kind in (Message, Note):
        assert not kind.objects.filter(body_text__contains="tr0ub4dor").exists()
    assert Attachment.objects.get(name="trace.log").removed_at is not None
    # A repeat finds that it is done, and doesn't fail because the text is gone.
    assert send(lead, path, given, **key).status_code == 204
    assert send(lead, path, given).status_code == 409
    assert send(lead, path, {"text": "not there", "dry_run": True}).status_code == 400
    event = TicketEvent.objects.get(kind="text.redacted")
    assert (event.actor_id, event.data["why"]) == (in_rocket.lead.pk, "A password")


def test_a_file_is_removed_once(in_rocket: Cast, ticket: Ticket, sign_in: Any) -> None:
    admin, file = sign_in(in_rocket.admin.user), Attachment.objects.get(name="trace.log")
    path = f"attachments/{file.pk}/removal/"
    assert send(admin, path, {}).status_code == 400
    removed = send(admin, path, {"why": "A password"})
    assert (removed.status_code, removed.json()["is_removed"]) == (200, True)
    assert admin.get(f"{API}attachments/{file.pk}/content/").status_code == 404
    assert send(admin, path, {"why": "Again"}).status_code == 409


def test_only_leads_and_admins_can_redact(
    in_rocket: Cast, matter: Cast, ticket: Ticket, sign_in: Any
) -> None:
    file = Attachment.objects.get(name="trace.log")
    paths = (f"tickets/{ticket.number}/redactions/", f"attachments/{file.pk}/removal/")
    for person, status in (
        (in_rocket.analyst.user, 403),
        (in_rocket.observer.user, 403),
        (matter.admin.user, 404),
    ):
        for path in paths:
            given = {"text": SECRET, "why": "x"} if "redactions" in path else {"why": "x"}
            assert send(sign_in(person), path, given).status_code == status
    assert Message.objects.filter(body_text__contains=SECRET).count() == 2
