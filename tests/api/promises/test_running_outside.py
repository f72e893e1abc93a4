"""Posts that use the network or take long: their key is claimed first, in no open transaction."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from accounts.models import Invitation
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.bulk import running
from tickets.models import BulkJob, SubmittedForm
from tickets.submissions import CUT_OFF

API = "/rocket/api/v1/"
INVITED = {"email": "new@rocket.example", "kind": "agent", "role": "analyst"}


@pytest.fixture
def admin(rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(rocket.admin.user)
    return client


def send(client: Client, path: str, data: Any = None, key: str = "one") -> Any:
    headers = {"idempotency-key": key} if key else {}
    return client.post(f"{API}{path}", data or {}, content_type="application/json", headers=headers)


def test_a_request_that_was_cut_off_is_done_again(
    rocket: Cast, admin: Client, monkeypatch: Any
) -> None:
    def cut_off(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("helpdesk.api.people.agents.send_invitation", cut_off)
        patched.setattr("helpdesk.api.contract.repeats.free_claim", lambda form: None)
        with pytest.raises(RuntimeError):
            send(admin, "invitations/", INVITED)
    assert send(admin, "invitations/", INVITED).status_code == 409
    with desk_scope(rocket.desk):
        form = SubmittedForm.objects.get()
        form.created_at -= CUT_OFF + timedelta(seconds=1)
        form.save()
    assert send(admin, "invitations/", INVITED).status_code == 201
    assert len(mail.outbox) == 1


def test_an_invitation_that_was_not_sent_leaves_its_key_free(
    rocket: Cast, admin: Client, monkeypatch: Any
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patched:
        patched.setattr("helpdesk.api.people.agents.send_invitation", refuse)
        for _ in range(2):
            assert send(admin, "invitations/", INVITED).status_code == 409
    sent = send(admin, "invitations/", INVITED)
    assert (sent.status_code, len(mail.outbox)) == (201, 1)
    again = send(admin, "invitations/", INVITED)
    assert (again.status_code, again.json()) == (201, sent.json())
    assert again["Idempotency-Replayed"] == "true"
    assert len(mail.outbox) == 1
    with desk_scope(rocket.desk):
        assert Invitation.objects.filter(expires_at__gt=sent.json()["created_at"]).count() == 1


def test_a_bulk_change_has_a_transaction_for_each_ticket(
    rocket: Cast, admin: Client, monkeypatch: Any
) -> None:
    with desk_scope(rocket.desk):
        numbers = [rocket.open_ticket().number for _ in range(2)]
    depths, handle = [], running._handle

    def note_depth(*given: Any) -> None:
        depths.append(connection.savepoint_ids[:])
        handle(*given)

    monkeypatch.setattr(running, "_handle", note_depth)
    given = {"tickets": numbers, "changes": {"priority": "High"}}
    first, again = (send(admin, "bulk-changes/", given) for _ in range(2))
    assert (first.status_code, first.json()["done"]) == (201, 2)
    assert (again.status_code, again.json()) == (201, first.json())
    undo = f"bulk-changes/{first.json()['id']}/undo/"
    undone, again = (send(admin, undo, key="undo") for _ in range(2))
    assert (undone.status_code, undone.json()["done"]) == (201, 2)
    assert (again.status_code, again.json()) == (201, undone.json())
    assert depths == [[]] * 4
    with desk_scope(rocket.desk):
        assert BulkJob.objects.count() == 2
