"""Desk admins add a mailbox and verify it with a code that is sent to its address."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from tests.cast import Cast

ADDRESS = "help@acme.example"
LIST = "/rocket/admin/channels_intake/mailbox/"


def add(client: Client, address: str = ADDRESS, **more: str) -> Any:
    fields = {
        "address": address,
        "name": "Help",
        "is_active": "on",
        "unverified_mail": "hold",
        "signature": "",
    } | more
    return client.post(f"{LIST}add/", fields)


def page_of(cast: Cast, address: str = ADDRESS) -> str:
    with desk_scope(cast.desk):
        return f"{LIST}{Mailbox.objects.get(address=address).pk}/verification/"


def is_verified(cast: Cast, address: str = ADDRESS) -> bool:
    with desk_scope(cast.desk):
        return Mailbox.objects.get(address=address).verified_at is not None


def mailed_code() -> str:
    found = re.search(r"^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$", mail.outbox[-1].body, re.MULTILINE)
    assert found is not None
    return found[0]


def test_a_new_mailbox_is_verified_with_the_code_from_the_email(
    rocket: Cast, at_rocket: Client, settings: Any
) -> None:
    page = page_of(rocket) if add(at_rocket).url == page_of(rocket) else ""
    assert b"No email is received or sent with help@acme.example" in at_rocket.get(page).content
    assert not is_verified(rocket)
    assert at_rocket.post(page, {"send": ""}).status_code == 302
    assert mail.outbox[-1].to == [ADDRESS]
    assert mail.outbox[-1].from_email == settings.DEFAULT_FROM_EMAIL
    assert "admin@rocket.example" in mail.outbox[-1].body
    assert at_rocket.post(page, {"code": mailed_code()}).status_code == 302
    assert is_verified(rocket)
    assert at_rocket.get(page).status_code == 302


def test_a_wrong_code_is_an_error_of_its_field(rocket: Cast, at_rocket: Client) -> None:
    add(at_rocket)
    at_rocket.post(page_of(rocket), {"send": ""})
    for typed, why in [("AAAA-AAAA-AAAA-AAAA", "That code is not correct"), ("", "required")]:
        answer = at_rocket.post(page_of(rocket), {"code": typed})
        assert answer.status_code == 422
        assert why in answer.context["form"].errors["code"][0]
    assert not is_verified(rocket)


def test_one_address_gets_at_most_five_codes_a_day(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    add(at_rocket)
    for _ in range(6):
        answer = at_rocket.post(page_of(rocket), {"send": ""}, follow=True)
    assert len(mail.outbox) == 5
    assert b"Too many codes were sent" in answer.content


def test_only_installation_admins_mark_a_mailbox_as_verified(
    rocket: Cast, at_rocket: Client, sign_in: Any
) -> None:
    add(at_rocket)
    page = page_of(rocket)
    assert b"Mark as verified" not in at_rocket.get(page).content
    assert at_rocket.post(page, {"mark": ""}).status_code == 422
    assert not is_verified(rocket)
    root = sign_in(User.objects.create_superuser("root@plumbline.example", "x"))
    assert b"Mark as verified" in root.get(page).content
    assert root.post(page, {"mark": ""}).status_code == 302
    assert is_verified(rocket)
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get(action="mailbox_verified").actor == "root@plumbline.example"


def test_an_address_of_another_desk_can_be_added_but_not_verified(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    assert add(at_rocket, matter.mailbox.address).status_code == 302
    page = page_of(rocket, matter.mailbox.address)
    at_rocket.post(page, {"send": ""})
    answer = at_rocket.post(page, {"code": mailed_code()})
    assert "Another desk already" in answer.context["form"].errors["code"][0]


@pytest.mark.parametrize("address", ["support@rocket.example", "Support@Rocket.example"])
def test_a_mailbox_is_added_only_once(rocket: Cast, at_rocket: Client, address: str) -> None:
    answer = add(at_rocket, address)
    assert answer.status_code == 200
    assert "already has this mailbox" in str(answer.context["adminform"].form.errors)


def test_one_mailbox_is_the_default(rocket: Cast, at_rocket: Client) -> None:
    answer = add(at_rocket, is_default="on")
    assert "support@rocket.example is the default" in str(
        answer.context["adminform"].form.errors["is_default"]
    )
    page = f"{LIST}{rocket.mailbox.pk}/change/"
    kept = {"name": "Rocket", "is_active": "on", "unverified_mail": "hold"}
    assert at_rocket.post(page, kept | {"is_default": "on"}).status_code == 302
    assert at_rocket.post(page, kept).status_code == 302
    assert add(at_rocket, is_default="on").status_code == 302


def test_the_verified_address_is_read_only(rocket: Cast, at_rocket: Client) -> None:
    page = f"{LIST}{rocket.mailbox.pk}/change/"
    fields = {"address": "boss@victim.example", "name": "New name", "unverified_mail": "hold"}
    assert at_rocket.post(page, fields).status_code == 302
    with desk_scope(rocket.desk):
        rocket.mailbox.refresh_from_db()
    assert (rocket.mailbox.address, rocket.mailbox.name) == ("support@rocket.example", "New name")


def test_the_page_shows_that_a_mailbox_is_not_verified(rocket: Cast, at_rocket: Client) -> None:
    add(at_rocket)
    with desk_scope(rocket.desk):
        pk = Mailbox.objects.get(address=ADDRESS).pk
    assert b"Verify mailbox" in at_rocket.get(f"{LIST}{pk}/change/").content
    assert b"Verify mailbox" not in at_rocket.get(f"{LIST}{rocket.mailbox.pk}/change/").content


def test_a_failed_email_is_reported(
    rocket: Cast, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError("nobody there")

    add(at_rocket)
    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    answer = at_rocket.post(page_of(rocket), {"send": ""}, follow=True)
    assert b"The mail server rejected the email" in answer.content


def test_a_mailbox_of_another_desk_is_not_found(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    for post in ({"send": ""}, {"mark": ""}, {"code": "x"}):
        assert at_rocket.post(f"{LIST}{matter.mailbox.pk}/verification/", post).status_code == 404
    assert mail.outbox == []
