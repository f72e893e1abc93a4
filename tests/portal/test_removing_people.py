"""Managers remove people from their account and withdraw invitations (M73)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.customers.removal import remove_person
from accounts.invitations.sending import invite
from accounts.models import AuditEntry, Contact, Invitation, Plan
from tests.cast import NOON, Cast
from tests.portal.conftest import SignIn, user_of

PAGE = "/rocket/portal/people/"


def remove(client: Client, contact: Contact) -> Any:
    return client.post(f"{PAGE}{contact.pk}/removal/")


def make_invitation(cast: Cast, **changes: Any) -> Invitation:
    values = {"email": "new@acme.example", "kind": "contact", "role": "contact"}
    values |= {"account": cast.account, "by": cast.manager.user, "at": timezone.now()}
    return invite(desk=cast.desk, **(values | changes))[0]


def withdraw(client: Client, invitation: Invitation) -> Any:
    return client.post(f"{PAGE}invitations/{invitation.pk}/withdrawal/", follow=True)


def test_a_removed_person_leaves_the_account_and_cannot_sign_in(
    in_rocket: Cast, as_manager: Client, sign_in: SignIn
) -> None:
    ticket = in_rocket.open_ticket()
    person = sign_in(user_of(in_rocket.customer))
    shown = remove(as_manager, in_rocket.customer)
    assert (shown.status_code, shown.url) == (303, PAGE)
    page = as_manager.get(PAGE).content.decode()
    assert "Customer was removed and can no longer sign in." in page
    assert in_rocket.customer.email not in page
    in_rocket.customer.refresh_from_db()
    assert (in_rocket.customer.account, in_rocket.customer.role) == (None, "contact")
    assert person.get(f"/rocket/portal/requests/{ticket.number}/").status_code == 404
    ticket.refresh_from_db()
    assert ticket.account == in_rocket.account
    assert as_manager.get(f"/rocket/portal/requests/{ticket.number}/").status_code == 200


def test_a_removal_is_audited_once(in_rocket: Cast, as_manager: Client) -> None:
    remove(as_manager, in_rocket.customer)
    assert remove(as_manager, in_rocket.customer).status_code == 404
    remove_person(contact=in_rocket.customer, by=in_rocket.manager, at=NOON)
    entry = AuditEntry.objects.get(action="person_removed")
    assert (entry.actor, entry.target) == (in_rocket.manager.email, "customer@acme.example")
    assert entry.detail["account"] == in_rocket.account.pk


def test_a_removed_point_of_contact_makes_room_for_another(
    in_rocket: Cast, as_manager: Client
) -> None:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(points_of_contact=2)
    assert "2 of 2 points of contact" in as_manager.get(PAGE).content.decode()
    remove(as_manager, in_rocket.customer)
    assert "1 of 2 points of contact" in as_manager.get(PAGE).content.decode()


def test_the_last_manager_stays(in_rocket: Cast, as_manager: Client) -> None:
    answer = remove(as_manager, in_rocket.manager)
    assert answer.status_code == 422
    assert "You&#x27;re the only manager." in answer.content.decode()
    in_rocket.manager.refresh_from_db()
    assert in_rocket.manager.account == in_rocket.account


def test_one_of_two_managers_can_leave(in_rocket: Cast, as_manager: Client) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(role="manager")
    answer = remove(as_manager, in_rocket.manager)
    assert (answer.status_code, answer.url) == (303, "/rocket/")
    assert as_manager.get(PAGE).status_code == 404
    in_rocket.customer.refresh_from_db()
    with pytest.raises(ValidationError, match="only manager"):
        remove_person(contact=in_rocket.customer, by=in_rocket.customer, at=NOON)


def test_a_manager_does_not_remove_another_manager(in_rocket: Cast, as_manager: Client) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(role="manager")
    answer = remove(as_manager, in_rocket.customer)
    assert answer.status_code == 422
    assert "You can&#x27;t remove another manager." in answer.content.decode()
    assert f"{in_rocket.customer.pk}/removal/" not in as_manager.get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["customer", "elsewhere", "analyst"])
def test_only_managers_can_remove_people(in_rocket: Cast, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(in_rocket, who).user)
    assert remove(client, in_rocket.customer_colleague).status_code == 404
    assert withdraw(client, make_invitation(in_rocket)).status_code == 404
    in_rocket.customer_colleague.refresh_from_db()
    assert in_rocket.customer_colleague.account == in_rocket.account


def test_people_and_invitations_elsewhere_do_not_exist(
    in_rocket: Cast, matter: Cast, as_manager: Client
) -> None:
    for contact in (in_rocket.elsewhere, in_rocket.stranger, matter.customer):
        assert remove(as_manager, contact).status_code == 404
    other = make_invitation(in_rocket, account=in_rocket.other_account, by=None)
    assert withdraw(as_manager, other).status_code == 404
    with pytest.raises(PermissionDenied):
        remove_person(contact=in_rocket.elsewhere, by=in_rocket.manager, at=NOON)


def test_a_withdrawn_invitation_is_gone_and_audited(in_rocket: Cast, as_manager: Client) -> None:
    as_manager.post(PAGE, {"email": "new@acme.example", "name": "New", "role": "contact"})
    link = mail.outbox[-1].body.split("/rocket/invitation/")[1].split()[0]
    page = withdraw(as_manager, Invitation.objects.get()).content.decode()
    assert "The invitation to new@acme.example was withdrawn." in page
    assert "Pending invitations" not in page
    assert Client().get(f"/rocket/invitation/{link}").status_code == 404
    entry = AuditEntry.objects.get(action="invitation_withdrawn")
    assert entry.actor == user_of(in_rocket.manager).email


def test_the_desks_own_invitation_is_not_withdrawn(in_rocket: Cast, as_manager: Client) -> None:
    theirs = make_invitation(in_rocket, by=in_rocket.admin.user)
    assert "withdrawal/" not in as_manager.get(PAGE).content.decode()
    page = withdraw(as_manager, theirs).content.decode()
    assert "We sent this invitation." in page
    theirs.refresh_from_db()
    assert theirs.expires_at > timezone.now() + timedelta(days=6)
