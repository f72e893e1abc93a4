"""Managers of an account see its people, invite colleagues and choose points of contact (M73)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AccountDomain, AuditEntry, Contact, Invitation, Plan
from tests.cast import Cast
from tests.portal.conftest import SignIn, user_of

PAGE = "/rocket/portal/people/"


def ask(client: Client, contact: Contact, role: str) -> Any:
    return client.post(f"{PAGE}{contact.pk}/role/", {"role": role})


def invite(client: Client, **changes: str) -> Any:
    return client.post(
        PAGE, {"email": "new@acme.example", "name": "New", "role": "contact"} | changes
    )


def allow(cast: Cast, number: int) -> None:
    Plan.objects.filter(pk=cast.plan.pk).update(points_of_contact=number)


def test_the_page_lists_the_accounts_people_only(in_rocket: Cast, as_manager: Client) -> None:
    allow(in_rocket, 3)
    page = as_manager.get(PAGE).content.decode()
    for contact in (in_rocket.customer, in_rocket.customer_colleague, in_rocket.manager):
        assert contact.email in page
    for contact in (in_rocket.elsewhere, in_rocket.stranger):
        assert contact.email not in page
    assert "2 of 3 points of contact" in page


def test_only_a_manager_gets_a_link_to_the_page(
    in_rocket: Cast, as_manager: Client, sign_in
) -> None:
    assert f'href="{PAGE}"' in as_manager.get("/rocket/").content.decode()
    assert PAGE not in sign_in(user_of(in_rocket.customer)).get("/rocket/").content.decode()


@pytest.mark.parametrize("who", ["customer", "elsewhere", "stranger", "analyst", "admin"])
def test_the_page_does_not_exist_for_others(in_rocket: Cast, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(in_rocket, who).user)
    assert client.get(PAGE).status_code == 404
    assert invite(client).status_code == 404
    assert ask(client, in_rocket.customer, "contact").status_code == 404
    in_rocket.customer.refresh_from_db()
    assert in_rocket.customer.role == "point_of_contact"
    assert mail.outbox == []


def test_a_manager_without_an_account_has_no_people(in_rocket: Cast, sign_in: SignIn) -> None:
    Contact.objects.filter(pk=in_rocket.manager.pk).update(account=None)
    assert sign_in(user_of(in_rocket.manager)).get(PAGE).status_code == 404


def test_each_change_of_a_point_of_contact_is_audited(in_rocket: Cast, as_manager: Client) -> None:
    for role in ("contact", "point_of_contact"):
        assert ask(as_manager, in_rocket.customer, role).status_code == 303
        in_rocket.customer.refresh_from_db()
        assert in_rocket.customer.role == role
    entries = AuditEntry.objects.filter(action="role_changed", target=in_rocket.customer.email)
    assert [entry.detail["role"] for entry in entries.order_by("pk")] == [
        "contact",
        "point_of_contact",
    ]
    assert {entry.actor for entry in entries} == {in_rocket.manager.email}


def test_beyond_the_plans_number_the_error_is_shown_beside_the_person(
    in_rocket: Cast, as_manager: Client
) -> None:
    allow(in_rocket, 1)
    ask(as_manager, in_rocket.customer, "contact")
    answer = ask(as_manager, in_rocket.customer, "point_of_contact")
    assert answer.status_code == 422
    page = answer.content.decode()
    told = re.search(
        rf'id="refused-{in_rocket.customer.pk}" role="alert">(.*?)</p>', page, re.DOTALL
    )
    assert told is not None
    assert "Standard includes 1 point of contact. This one would make 2." in told[1]
    in_rocket.customer.refresh_from_db()
    assert in_rocket.customer.role == "contact"


@pytest.mark.parametrize("role", ["manager", "", "king"])
def test_no_other_role_can_be_given(in_rocket: Cast, as_manager: Client, role: str) -> None:
    assert ask(as_manager, in_rocket.customer, role).status_code == 422
    in_rocket.customer.refresh_from_db()
    assert in_rocket.customer.role == "point_of_contact"


def test_people_of_another_account_or_desk_do_not_exist(
    in_rocket: Cast, matter: Cast, as_manager: Client
) -> None:
    for contact in (in_rocket.elsewhere, in_rocket.stranger, matter.customer):
        assert ask(as_manager, contact, "contact").status_code == 404


def test_a_managers_role_cannot_be_changed(in_rocket: Cast, as_manager: Client) -> None:
    ask(as_manager, in_rocket.manager, "contact")
    in_rocket.manager.refresh_from_db()
    assert in_rocket.manager.role == "manager"


@pytest.mark.parametrize("role", ["contact", "point_of_contact"])
def test_an_invited_colleague_joins_by_the_emailed_link(
    in_rocket: Cast, as_manager: Client, role: str
) -> None:
    assert invite(as_manager, role=role).status_code == 303
    assert "new@acme.example" in as_manager.get(PAGE).content.decode()
    link = re.search(r"/rocket/invitation/\S+", mail.outbox[-1].body)
    assert link is not None
    assert mail.outbox[-1].to == ["new@acme.example"]
    Client().post(link[0], {"name": "New", "password": "a long and winding road"})
    contact = Contact.objects.get(email="new@acme.example")
    assert (contact.account, contact.role) == (in_rocket.account, role)
    assert "Pending invitations" not in as_manager.get(PAGE).content.decode()
    actors = AuditEntry.objects.filter(action="invited").values_list("actor", flat=True)
    assert list(actors) == [in_rocket.manager.email]


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        (
            {"email": "a@globex.example"},
            "email",
            "You can only invite people with an email address at: acme.example.",
        ),
        ({"email": "a@gmail.com"}, "email", "with an email address at: acme.example"),
        ({"email": "a@sub.acme.example"}, "email", "with an email address at: acme.example"),
        ({"email": "customer@acme.example"}, "email", "already on your team"),
        ({"email": "boss@acme.example"}, "email", "already on your team"),
        ({"email": "nobody"}, "email", "valid email"),
        ({"role": "manager"}, "role", "valid choice"),
        (
            {"role": "point_of_contact"},
            "role",
            "includes 2 points of contact. This one would make 3",
        ),
    ],
)
def test_an_invalid_invitation_shows_the_error_beside_the_field(
    in_rocket: Cast, as_manager: Client, changes: dict[str, str], field: str, why: str
) -> None:
    allow(in_rocket, 2)
    answer = invite(as_manager, **changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert why in answer.context["form"].errors[field][0]
    assert (mail.outbox, Invitation.objects.count()) == ([], 0)


def test_a_contact_of_another_account_cannot_be_invited(
    in_rocket: Cast, as_manager: Client
) -> None:
    Contact.objects.create(
        desk=in_rocket.desk, email="x@acme.example", account=in_rocket.other_account
    )
    assert (
        "email address at: acme.example"
        in invite(as_manager, email="x@acme.example").content.decode()
    )


def test_an_agent_of_the_desk_cannot_be_invited(in_rocket: Cast, as_manager: Client) -> None:
    AccountDomain.objects.create(
        desk=in_rocket.desk, account=in_rocket.account, domain="rocket.example"
    )
    answer = invite(as_manager, email=in_rocket.analyst.user.email)
    assert answer.status_code == 422


def test_a_contact_known_by_email_only_can_be_invited(in_rocket: Cast, as_manager: Client) -> None:
    Contact.objects.create(
        desk=in_rocket.desk, email="mailer@acme.example", account=in_rocket.account
    )
    assert invite(as_manager, email="mailer@acme.example").status_code == 303


def test_a_manager_can_send_twenty_invitations_a_day(in_rocket: Cast, as_manager: Client) -> None:
    codes = [invite(as_manager, email=f"a{n}@acme.example").status_code for n in range(21)]
    assert codes == [303] * 20 + [429]


def test_a_long_list_has_pages(in_rocket: Cast, as_manager: Client) -> None:
    Contact.objects.bulk_create(
        Contact(desk=in_rocket.desk, email=f"p{n:02}@acme.example", account=in_rocket.account)
        for n in range(60)
    )
    first, second = (as_manager.get(PAGE, {"page": n}).content.decode() for n in (1, 2))
    assert "p59@acme.example" not in first
    assert 'href="/rocket/portal/people/?page=2"' in first
    assert "p59@acme.example" in second
