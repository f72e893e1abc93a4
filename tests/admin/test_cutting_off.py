"""A customer's person who left is cut off: by another address of the contact, or by the mark "may log in"."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.import_export.tables import import_csv
from accounts.invitations.sending import (
    InvitationError,
    InvitationGoneError,
    accept_invitation,
    invite,
)
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
    """Save the contact's page; ``may_log_in=""`` takes the mark away."""
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
    """The customer, signed in to the portal."""
    client = sign_in(rocket.customer.user)
    assert client.get(PORTAL).status_code == 200
    return client


def test_under_another_address_the_login_of_the_old_one_is_nobodys(
    rocket: Cast, at_rocket: Client, customer: Client
) -> None:
    assert (
        b"logged in here no more"
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


def test_the_page_says_so_before(rocket: Cast, at_rocket: Client) -> None:
    page = f"/rocket/admin/accounts/contact/{rocket.customer.pk}/change/"
    assert b"Another address takes their login off" in at_rocket.get(page).content


def test_another_name_leaves_the_login(rocket: Cast, at_rocket: Client, customer: Client) -> None:
    change(at_rocket, rocket.customer, name="Married Name")
    assert customer.get(PORTAL).status_code == 200


def test_without_the_mark_the_person_is_out_at_once_and_stays_out(
    rocket: Cast, at_rocket: Client, customer: Client
) -> None:
    change(at_rocket, rocket.customer, may_log_in="")
    assert customer.get(PORTAL).status_code != 200
    assert b"cannot be used here" in customer.post(JOIN, follow=True).content
    again = Client()
    again.post("/rocket/login/", {"login": rocket.customer.email, "password": PASSWORD})
    assert again.get(PORTAL).status_code != 200
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get(action="changed", detail__model="accounts.contact")
    assert entry.detail["changes"] == {"may_log_in": [True, False]}
    change(at_rocket, rocket.customer, may_log_in="on")
    assert customer.get(PORTAL).status_code == 200


def test_a_login_of_the_address_is_no_way_around_the_mark(in_rocket: Cast) -> None:
    box = Contact.objects.create(desk=in_rocket.desk, email="left@acme.example", may_log_in=False)
    with pytest.raises(AddressTakenError):
        claim_contact(desk=in_rocket.desk, user=make_login(box.email), email=box.email, at=NOON)
    assert create_contact_login(desk=in_rocket.desk, email=box.email) is None
    box.refresh_from_db()
    assert box.user_id is None


def test_an_invitation_is_no_way_around_the_mark(in_rocket: Cast) -> None:
    asked = {
        "email": "left@acme.example",
        "kind": "contact",
        "role": "contact",
        "at": timezone.now(),
    }
    _, token = invite(desk=in_rocket.desk, **asked)
    Contact.objects.create(desk=in_rocket.desk, email="left@acme.example", may_log_in=False)
    with pytest.raises(InvitationError, match="may not log in"):
        invite(desk=in_rocket.desk, **asked)
    with pytest.raises(InvitationGoneError):
        accept_invitation(desk=in_rocket.desk, token=token, at=timezone.now(), password=PASSWORD)


def test_a_file_of_contacts_leaves_the_mark_as_it_is(in_rocket: Cast) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(may_log_in=False)
    line = f"email,name,account\n{in_rocket.customer.email},New Name,{in_rocket.account.name}\n"
    import_csv(
        desk=in_rocket.desk, kind="contacts", data=line.encode(), by=in_rocket.admin.user, at=NOON
    )
    in_rocket.customer.refresh_from_db()
    assert (in_rocket.customer.name, in_rocket.customer.may_log_in) == ("New Name", False)


def test_mail_from_them_is_still_a_ticket(in_rocket: Cast, take_in: Any) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(may_log_in=False)
    take_in(make_mail(in_rocket.customer.email, authentication="none"))
    assert Ticket.objects.get().contact_id == in_rocket.customer.pk


def test_the_other_desk_lets_them_in_as_before(
    rocket: Cast, matter: Cast, at_rocket: Client, customer: Client
) -> None:
    with desk_scope(matter.desk):
        user = rocket.customer.user
        Contact.objects.create(desk=matter.desk, email=user.email, user=user)
    change(at_rocket, rocket.customer, may_log_in="")
    assert customer.get("/matter/portal/requests/").status_code == 200


def test_a_login_that_has_the_contact_already_gets_it_again(in_rocket: Cast) -> None:
    """Two clicks at once: the second finds what the first has made."""
    user = make_login("new@acme.example")
    first = claim_contact(desk=in_rocket.desk, user=user, email=user.email, at=NOON)
    assert claim_contact(desk=in_rocket.desk, user=user, email=user.email, at=NOON) == first
