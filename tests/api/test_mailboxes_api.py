"""Mailboxes over the API: added, verified by the code that was mailed to them, and deleted."""

from __future__ import annotations

import re

from django.core import mail

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.mailboxes import MAX_TRIES
from channels_intake.models import Mailbox
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import Cast


def test_a_new_mailbox_is_verified_by_the_code_in_the_email(
    in_rocket: Cast, sign_in: SignIn
) -> None:
    admin = sign_in(in_rocket.admin.user)
    added = send(admin, "post", "mailboxes/", {"address": "Sales@Rocket.example", "name": "Sales"})
    assert added.status_code == 201, added.json()
    row = added.json()
    assert (row["address"], row["verified_at"]) == ("sales@rocket.example", None)
    path = f"mailboxes/{row['id']}/"
    assert send(admin, "post", f"{path}code/").json() == row
    [email] = mail.outbox
    assert email.to == ["sales@rocket.example"]
    code = re.search(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b", email.body)
    assert code is not None
    assert list_fields(send(admin, "post", f"{path}verification/", {"code": "AAAA"})) == ["code"]
    assert list_fields(send(admin, "post", f"{path}verification/", {})) == ["code"]
    verified = send(admin, "post", f"{path}verification/", {"code": code[0].lower()})
    assert verified.status_code == 200, verified.json()
    assert verified.json()["verified_at"] is not None
    assert send(admin, "post", f"{path}code/").status_code == 200  # sends nothing now
    assert len(mail.outbox) == 1
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["added", "mailbox_code_sent", "mailbox_verified"]
    assert_hidden(code[0], shown=[row, verified.json()])
    assert admin.delete(f"{API}{path}").status_code == 204


def test_wrong_codes_count_whatever_the_idempotency_key(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    row = send(admin, "post", "mailboxes/", {"address": "a@b.example", "name": "A"}).json()
    path = f"mailboxes/{row['id']}/"
    send(admin, "post", f"{path}code/")
    for number in range(MAX_TRIES):
        wrong = admin.post(
            f"{API}{path}verification/",
            {"code": f"AAAA-{number}"},
            content_type="application/json",
            headers={"Idempotency-Key": f"try-{number}"},
        )
        assert wrong.status_code == 400
    assert Mailbox.objects.get(pk=row["id"]).code_tries == MAX_TRIES
    last = send(admin, "post", f"{path}verification/", {"code": "AAAA-X"}).json()
    assert last["errors"][0]["detail"] == "Too many wrong codes. Send a new one."


def test_a_mailbox_is_refused_like_on_its_page(in_rocket: Cast, sign_in: SignIn) -> None:
    admin, taken = sign_in(in_rocket.admin.user), in_rocket.mailbox.address
    Mailbox.objects.filter(pk=in_rocket.mailbox.pk).update(is_default=True)
    for body, field in (
        ({"address": taken.upper(), "name": "A"}, "address"),
        ({"address": "no address", "name": "A"}, "address"),
        ({"address": "a@b.example", "name": ""}, "name"),
        ({"address": "a@b.example", "name": "A", "is_default": True}, "is_default"),
        ({"address": "a@b.example", "name": "A", "unverified_mail": "drop"}, "unverified_mail"),
        ({"address": "a@b.example", "name": "A", "code_hash": "0" * 64}, "code_hash"),
        ({"name": "A"}, "address"),
    ):
        assert list_fields(send(admin, "post", "mailboxes/", body)) == [field], body
    assert Mailbox.objects.count() == 1


def test_only_admins_of_the_desk_have_mailboxes(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    with_id = Mailbox.objects.create(desk=in_rocket.desk, address="a@b.example", name="A")
    lead, foreign = sign_in(in_rocket.lead.user), sign_in(matter.admin.user)
    with desk_scope(matter.desk):
        matter.mailbox.delete()
    assert_closed(
        "mailboxes/",
        with_id.pk,
        lead=lead,
        customer=sign_in(in_rocket.customer.user),
        foreign=foreign,
    )
    for act in ("code", "verification"):
        path = f"mailboxes/{with_id.pk}/{act}/"
        assert send(lead, "post", path, {}).status_code == 403
        answer = foreign.post(f"/matter/api/v1/{path}", {}, content_type="application/json")
        assert answer.status_code == 404
    assert mail.outbox == []
    with_id.refresh_from_db()
    assert (with_id.name, with_id.code_hash) == ("A", "")
