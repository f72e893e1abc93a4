"""No more invited points of contact are accepted than the plan includes (M73)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.customers.entitlements import add_point_of_contact
from accounts.invitations.accepting import ContactLimitError, accept_invitation
from accounts.invitations.sending import invite
from accounts.models import Contact, Invitation, Plan, User
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.races.threads import at_once

SECRET = "a long enough pass phrase"
POINTS = {"role": "point_of_contact"}


def invite_point(cast: Cast, email: str, account: object = None) -> str:
    with desk_scope(cast.desk):
        _, token = invite(
            desk=cast.desk, email=email, kind="contact", role="point_of_contact",
            account=account or cast.account, at=timezone.now(), by=cast.admin.user,
        )  # fmt: skip
    return token


def leave_places(cast: Cast, amount: int) -> None:
    """Let the plan include as many points of contact as there are, plus ``amount``."""
    with desk_scope(cast.desk):
        named = Contact.objects.filter(account=cast.account, **POINTS).count()
        Plan.objects.filter(pk=cast.plan.pk).update(points_of_contact=named + amount)


def test_a_late_contact_is_told_and_may_accept_later(rocket: Cast) -> None:
    leave_places(rocket, 1)
    first, second = invite_point(rocket, "a@acme.example"), invite_point(rocket, "b@acme.example")
    form = {"name": "New Person", "password": SECRET}
    assert Client().post(f"/rocket/invitation/{first}/", form).status_code == 302
    answer = Client().post(f"/rocket/invitation/{second}/", form)
    assert answer.status_code == 409
    assert b"No places left on your plan" in answer.content
    assert not User.objects.filter(email="b@acme.example").exists()
    with desk_scope(rocket.desk):
        assert Invitation.objects.get(email="b@acme.example").used_at is None
        Contact.objects.filter(email="a@acme.example").update(role="contact")
    assert Client().post(f"/rocket/invitation/{second}/", form).status_code == 302


def test_a_signed_in_user_is_told_too(rocket: Cast, sign_in) -> None:
    leave_places(rocket, 0)
    token = invite_point(rocket, rocket.stranger.email)
    answer = sign_in(rocket.stranger.user).post(f"/rocket/invitation/{token}/")
    assert answer.status_code == 409
    with desk_scope(rocket.desk):
        rocket.stranger.refresh_from_db()
    assert (rocket.stranger.account, rocket.stranger.role) == (None, "point_of_contact")


def test_a_point_of_contact_counts_once(rocket: Cast) -> None:
    leave_places(rocket, 0)
    token = invite_point(rocket, rocket.customer.email)
    with desk_scope(rocket.desk):
        accept_invitation(
            desk=rocket.desk, token=token, at=timezone.now(), user=rocket.customer.user
        )


def test_a_point_of_contact_of_another_account_counts_at_the_new_one(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(points_of_contact=2)  # as many as there are
    token = invite_point(rocket, rocket.elsewhere.email)
    with desk_scope(rocket.desk), pytest.raises(ContactLimitError):
        accept_invitation(
            desk=rocket.desk, token=token, at=timezone.now(), user=rocket.elsewhere.user
        )


@pytest.mark.django_db(transaction=True)
def test_invitations_and_a_naming_at_once_stay_within_the_number(rocket: Cast) -> None:
    leave_places(rocket, 2)
    tokens = [invite_point(rocket, f"p{n}@acme.example") for n in range(4)]
    with desk_scope(rocket.desk):
        known = Contact.objects.create(
            desk=rocket.desk, email="k@acme.example", account=rocket.account
        )

    def accept(token: str) -> object:
        try:
            return accept_invitation(
                desk=rocket.desk, token=token, at=timezone.now(), password=SECRET
            )
        except ContactLimitError as full:
            return full

    answers = at_once(
        rocket,
        *[lambda token=token: accept(token) for token in tokens],
        lambda: add_point_of_contact(contact=known, by=rocket.admin, at=NOON),
    )
    assert sum(isinstance(answer, Contact) for answer in answers) == 2
    with desk_scope(rocket.desk):
        assert Contact.objects.filter(account=rocket.account, **POINTS).count() == 4
