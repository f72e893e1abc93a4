"""Free email domains that a desk adds: senders there aren't matched to an account (M78)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.crm.accounts import apply_accounts
from accounts.crm.mapping import CrmAccount
from accounts.import_export.tables import import_csv
from accounts.models import Account, AccountDomain, AuditEntry, Contact, CrmConnection, Desk
from accounts.services import match_verified_address
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.store import store_inbound
from tests.admin.posting import post_settings
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Ticket


@pytest.fixture
def town(in_rocket: Cast) -> Cast:
    """The first desk, with an account that owned a town's domain before it became free email."""
    AccountDomain.objects.create(
        desk=in_rocket.desk, account=in_rocket.account, domain="town.example"
    )
    Desk.objects.filter(pk=in_rocket.desk.pk).update(free_domains=["town.example"])
    in_rocket.desk.refresh_from_db()
    return in_rocket


@pytest.fixture
def at_rocket(in_rocket: Cast, sign_in) -> Client:
    return sign_in(in_rocket.admin.user)


def test_mail_from_there_opens_a_ticket_of_no_account(town: Cast) -> None:
    raw = make_mail("ann@town.example")
    row = store_inbound(
        provider="raw", raw=raw, content_type="message/rfc822", at=NOON, enqueue=False
    )
    process_inbound(inbound_id=row.pk, at=NOON)
    ticket = Ticket.objects.get()
    assert (ticket.account, ticket.contact.account) == (None, None)


@pytest.mark.parametrize("email", ["ann@town.example", "ann@mail.town.example"])
def test_who_proves_an_address_there_gets_no_account(town: Cast, email: str) -> None:
    found = match_verified_address(desk=town.desk, email=email)
    assert found.account_id is None
    assert found.reasons[0]["code"] == "free_email"


def test_another_desk_has_a_list_of_its_own(town: Cast, matter: Cast) -> None:
    assert matter.desk.free_domains == []


def test_no_account_can_own_it_by_the_admin_form(town: Cast) -> None:
    with pytest.raises(ValidationError, match="free email domain"):
        AccountDomain(
            desk=town.desk, account=town.other_account, domain="mail.town.example"
        ).clean()


def test_no_account_can_own_it_by_csv(town: Cast) -> None:
    data = f"domain,account\nmail.town.example,{town.other_account.name}\n".encode()
    report = import_csv(desk=town.desk, kind="domains", data=data, by=town.admin.user, at=NOON)
    assert (report.created, len(report.rejected)) == (0, 1)
    assert "free email domain" in report.rejected[0].reason


def test_no_account_can_own_it_by_the_crm(town: Cast) -> None:
    connection = CrmConnection.objects.create(desk=town.desk, client_id="client")
    record = CrmAccount("1", "Baker", domains=("baker.town.example",), named=frozenset({"domains"}))
    [outcome] = apply_accounts(connection, [record])
    assert (outcome.what, outcome.may_heal) == ("skipped", True)
    assert outcome.reason is not None
    assert outcome.reason.code == "free_email"
    assert not Account.objects.filter(name="Baker").exists()


def test_the_desks_admin_names_them_one_a_line(in_rocket: Cast, at_rocket: Client) -> None:
    answer = post_settings(
        at_rocket, in_rocket.desk, free_domains="Town.example\nmünchen.example, town.example"
    )
    assert answer.status_code == 302
    in_rocket.desk.refresh_from_db()
    assert in_rocket.desk.free_domains == ["town.example", "xn--mnchen-3ya.example"]
    changes = AuditEntry.objects.get(action="changed", detail__model="accounts.desk").detail[
        "changes"
    ]
    assert "free_domains" in changes
    page = at_rocket.get(
        f"/rocket/admin/accounts/desk/{in_rocket.desk.pk}/change/"
    ).content.decode()
    assert "town.example\nxn--mnchen-3ya.example" in page


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("no domain at all!", "is not a domain name"),
        ("acme.example", "belongs to acme.example Inc."),
        ("\n".join(f"a{n}.example" for n in range(201)), "at most 200 domains"),
    ],
)
def test_what_cannot_be_free_mail_is_refused_beside_the_field(
    in_rocket: Cast, at_rocket: Client, typed: str, why: str
) -> None:
    answer = post_settings(at_rocket, in_rocket.desk, free_domains=typed)
    assert why in answer.context["adminform"].form.errors["free_domains"][0]
    in_rocket.desk.refresh_from_db()
    assert in_rocket.desk.free_domains == []


def test_a_domain_above_an_accounts_own_is_refused_too(in_rocket: Cast, at_rocket: Client) -> None:
    AccountDomain.objects.create(
        desk=in_rocket.desk, account=in_rocket.account, domain="office.town.example"
    )
    answer = post_settings(at_rocket, in_rocket.desk, free_domains="town.example")
    assert (
        "office.town.example belongs" in answer.context["adminform"].form.errors["free_domains"][0]
    )


def test_people_who_are_of_an_account_already_stay_there(town: Cast) -> None:
    Contact.objects.create(desk=town.desk, email="bo@town.example", account=town.account)
    assert (
        match_verified_address(desk=town.desk, email="bo@town.example").account_id
        == town.account.pk
    )
