"""A new address or an admin removes a contact's sign-in."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.import_export.tables import import_csv
from accounts.invitations.accepting import InvitationGoneError, accept_invitation
from accounts.invitations.sending import InvitationError, invite
from accounts.models import AuditEntry, Contact, User
from accounts.services import AddressTakenError, claim_contact, create_contact_login
from accounts.tenancy import desk_scope
from tests.cast import NOON, PASSWORD, Cast
from tests.channels_intake.conftest import make_mail, take_in
from tickets.models import Ticket

__all__ = ["take_in"]  # a fixture

PORTAL = "/rocket/portal/requests/"
JOIN = "/rocket/portal/membership/"


def change(client: Client, contact: Contact, **fields: str) -> Any:
    """Save the contact's page; ``may_log_in=""`` unchecks the box."""
    kept = {"email": contact.email, "name": contact.name, "role": contact.role, "may_log_in": "on"}
    sent = kept | {"account": contact.account_id or ""} | fields
    page = f"/rocket/admin/accounts/contact/{contact.pk}/change/"
    return client.post(
        page, {name: value for name, value in sent.items() if value != ""}, follow=True
    )


def make_login(email: str) -> User:
    user = User.objects.create_user(email, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def customer(rocket: Cast, sign_in: Any) -> Client:
    """Return a client signed in to the portal as the customer."""
    client = sign_in(rocket.customer.user)
    assert client.get(PORTAL).status_code == 200
    return client


def test_a_new_address_unlinks_the_sign_in_of_the_old_one(
    rocket: Cast, at_rocket: Client, customer: Client
) -> None:
    assert (
        b"can no longer sign in here"
        in change(at_rocket, rocket.customer, email="next@acme.example").content
    )
    assert customer.get(PORTAL).status_code != 200
    make_login("next@acme.example")
    successor = Client()
    successor.post("/rocket/login/", {"login": "next@acme.example", "password": PASSWORD})
    assert successor.get(PORTAL).status_code == 200
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get(action="login_unlinked")
        assert Contact.objects.get(email="next@acme.example").pk == rocket.customer.pk
    assert (entry.actor, entry.detail["login"]) == ("admin@rocket.example", rocket.customer.user_id)


def test_the_page_warns_about_a_new_address(rocket: Cast, at_rocket: Client) -> None:
    page = f"/rocket/admin/accounts/contact/{rocket.customer.pk}/change/"
    assert b"If you change the address" in at_rocket.get(page).content


def test_a_new_name_keeps_the_sign_in(rocket: Cast, at_rocket: Client, customer: Client) -> None:
    change(at_rocket, rocket.customer, name="Married Name")
    assert customer.get(PORTAL).status_code == 200


def test_a_contact_who_may_not_sign_in_is_signed_out_at_once(
    rocket: Cast, at_rocket: Client, customer: Client
) -> None:
    change(at_rocket, rocket.customer, may_log_in="")
    assert customer.get(PORTAL).status_code != 200
    assert b"use this account here" in customer.post(JOIN, follow=True).content
    again = Client()
    again.post("/rocket/login/", {"login": rocket.customer.email, "password": PASSWORD})
    assert again.get(PORTAL).status_code != 200
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get(action="changed", detail__model="accounts.contact")
    assert entry.detail["changes"] == {"may_log_in": [True, False]}
    change(at_rocket, rocket.customer, may_log_in="on")
    assert customer.get(PORTAL).status_code == 200


def test_a_user_with_the_address_cannot_claim_the_contact(in_rocket: Cast) -> None:
    box = Contact.objects.create(desk=in_rocket.desk, email="left@acme.example", may_log_in=False)
    with pytest.raises(AddressTakenError):
        claim_contact(desk=in_rocket.desk, user=make_login(box.email), email=box.email, at=NOON)
    assert create_contact_login(desk=in_rocket.desk, email=box.email) is None
    box.refresh_from_db()
    assert box.user_id is None


def test_an_invitation_does_not_restore_the_sign_in(in_rocket: Cast) -> None:
    asked = {
        "email": "left@acme.example",
        "kind": "contact",
        "role": "contact",
        "at": timezone.now(),
    }
    _, token = invite(desk=in_rocket.desk, **asked)
    Contact.objects.create(desk=in_rocket.desk, email="left@acme.example", may_log_in=False)
    with pytest.raises(InvitationError, match="not allowed to sign in"):
        invite(desk=in_rocket.desk, **asked)
    with pytest.raises(InvitationGoneError):
        accept_invitation(desk=in_rocket.desk, token=token, at=timezone.now(), password=PASSWORD)


def test_a_csv_import_does_not_restore_the_sign_in(in_rocket: Cast) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(may_log_in=False)
    line = f"email,name,account\n{in_rocket.customer.email},New Name,{in_rocket.account.name}\n"
    import_csv(
        desk=in_rocket.desk, kind="contacts", data=line.encode(), by=in_rocket.admin.user, at=NOON
    )
    in_rocket.customer.refresh_from_db()
    assert (in_rocket.customer.name, in_rocket.customer.may_log_in) == ("New Name", False)


def test_their_email_still_opens_a_ticket(in_rocket: Cast, take_in: Any) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(may_log_in=False)
    take_in(make_mail(in_rocket.customer.email, authentication="none"))
    assert Ticket.objects.get().contact_id == in_rocket.customer.pk


def test_another_desk_is_not_affected(
    rocket: Cast, matter: Cast, at_rocket: Client, customer: Client
) -> None:
    with desk_scope(matter.desk):
        user = rocket.customer.user
        Contact.objects.create(desk=matter.desk, email=user.email, user=user)
    change(at_rocket, rocket.customer, may_log_in="")
    assert customer.get("/matter/portal/requests/").status_code == 200


def test_claiming_a_contact_twice_returns_the_same_contact(in_rocket: Cast) -> None:
    """The second of two simultaneous clicks returns the result of the first."""
    user = make_login("new@acme.example")
    first = claim_contact(desk=in_rocket.desk, user=user, email=user.email, at=NOON)
    assert claim_contact(desk=in_rocket.desk, user=user, email=user.email, at=NOON) == first
