"""Read-only pages of accounts and contacts for agents."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import Account, AccountDomain, AccountProduct, Agent, Contact, Product
from sla.durations import format_duration
from tests.agent.conftest import SignIn, count_statements, inside
from tests.agent.test_queue import QUEUE, make_many, numbers
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import close, escalate

CUSTOMERS = f"{QUEUE}customers/"


def account_page(account: Account) -> str:
    return f"{QUEUE}accounts/{account.pk}/"


def contact_page(contact: Contact) -> str:
    return f"{CUSTOMERS}{contact.pk}/"


def read(client: Client, url: str) -> str:
    """The text of a page, tags left out."""
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_a_contact_is_shown_with_account_terms_and_tickets(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        mine = rocket.open_ticket()
        Ticket.objects.filter(pk=mine.pk).update(match_reasons=[{"code": "signed_in"}])
        others = rocket.open_ticket(contact=rocket.customer_colleague)
    text = read(client, contact_page(rocket.customer))
    for fact in (
        "Customer",
        "customer@acme.example",
        "acme.example Inc.",
        "Point of contact (can open tickets)",
        "Active; email verified",
        "Standard",
        "Portal, Email",
        f"High {format_duration(480)} (12x5)",
        "The customer was signed in.",
    ):
        assert fact in text
    assert numbers(client, contact_page(rocket.customer)) == [mine.number]
    assert f"RC-{others.number}" not in text


def test_a_contact_without_account_or_log_in_says_so(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        Contact.objects.filter(pk=rocket.stranger.pk).update(user=None)
    text = read(client, contact_page(rocket.stranger))
    assert "None yet; email only" in text
    assert "Account None" in text
    assert "No tickets" in text


def test_an_unproven_ticket_says_so_beside_its_reasons(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(is_unverified=True)
        Ticket.objects.filter(pk=ticket.pk).update(match_reasons=[{"code": "website_form"}])
    page = client.get(contact_page(rocket.customer)).content.decode()
    assert re.search(r'<li data-tone="amber">.*?The address was entered in a form', page, re.DOTALL)


def test_an_account_is_shown_with_terms_people_and_what_happened(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        rocket.plan.points_of_contact, rocket.plan.has_success_manager = 3, True
        rocket.plan.save()
        Account.objects.filter(pk=rocket.account.pk).update(
            account_manager=rocket.lead, success_manager=rocket.colleague
        )
        AccountDomain.objects.create(
            desk=rocket.desk, account=rocket.account, domain="acme.net", include_subdomains=True
        )
        product = Product.objects.create(desk=rocket.desk, name="Server")
        AccountProduct.objects.create(desk=rocket.desk, account=rocket.account, product=product)
        ticket = rocket.open_ticket()
        escalate(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON)
    text = read(client, account_page(rocket.account))
    for fact in (
        "acme.example Inc.",
        "Standard",
        "Portal, Email",
        "2 of 3",
        f"Medium {format_duration(480)} (12x5)",
        "acme.example, acme.net and its subdomains",
        "Products Server",
        "lead@rocket.example",
        "colleague@rocket.example",
        "boss@acme.example",
        "Manager (sees the account's tickets)",
        "1 Escalated",
        "0 Closed",
        f"RC-{ticket.number} Analyst escalated",
    ):
        assert fact in text
    assert numbers(client, account_page(rocket.account)) == [ticket.number]


def test_the_states_of_an_account_lead_to_its_queue(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        done, other = rocket.open_ticket(), rocket.open_ticket(contact=rocket.elsewhere)
        for ticket in (done, other):
            close(ticket_id=ticket.pk, by=Actor.of(rocket.lead), at=NOON)
    page = client.get(account_page(rocket.account)).content.decode()
    links = [unescape(link) for link in re.findall(r'class="stat plain-link" href="([^"]+)"', page)]
    assert [numbers(client, link) for link in links] == [[], [], [], [], [done.number]]


def test_only_a_desks_admin_is_led_to_the_admin_site(rocket: Cast, sign_in: SignIn) -> None:
    for page, table, row in (
        (contact_page(rocket.customer), "contact", rocket.customer),
        (account_page(rocket.account), "account", rocket.account),
    ):
        link = f"/rocket/admin/accounts/{table}/{row.pk}/change/"
        assert link in sign_in(rocket.admin.user).get(page).content.decode()
        assert "/admin/accounts/" not in sign_in(rocket.lead.user).get(page).content.decode()


def test_the_lists_come_page_by_page_and_lead_to_each(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.agent.views.customers.MAX_SHOWN", 2)
    with inside(rocket):
        emails = sorted(Contact.objects.values_list("email", flat=True))
        Account.objects.create(desk=rocket.desk, name="Zuse & Co.")
        names = sorted(Account.objects.values_list("name", flat=True))
    for url, expected in ((CUSTOMERS, names), (f"{CUSTOMERS}?kind=people", emails)):
        seen: list[str] = []
        while url:
            page = client.get(url).content.decode()
            seen += [text for text in expected if escape(text) in page]
            onward = re.search(r'rel="next" href="([^"]+)"', page)
            url = unescape(onward[1]) if onward else ""
        assert seen == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("cust", ["customer@acme.example"]),
        ("ACME inc", ["acme.example Inc."]),
        ("elsewhere", ["Elsewhere Ltd.", "someone@elsewhere-rocket.example"]),
        ("globex", []),
        ("%' --", []),
    ],
)
def test_names_and_addresses_are_searched(
    rocket: Cast, matter: Cast, client: Client, words: str, expected: list[str]
) -> None:
    page = client.get(CUSTOMERS, {"q": words}).content.decode()
    assert re.findall(r'<a class="line-title"[^>]*>([^<]*)<', page) or expected == []
    for text in expected:
        assert text in page
    assert ("No results" in page) is (expected == [])


def test_lists_and_pages_of_another_desk_are_not_there(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    assert client.get(contact_page(matter.customer)).status_code == 404
    assert client.get(account_page(matter.account)).status_code == 404
    assert client.get(f"{CUSTOMERS}?kind=nonsense").status_code == 404
    assert "globex" not in read(client, CUSTOMERS) + read(client, f"{CUSTOMERS}?kind=people")


def test_the_ticket_and_the_queue_lead_to_contact_and_account(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    page = client.get(f"{QUEUE}tickets/{ticket.number}/").content.decode()
    assert f'href="{contact_page(rocket.customer)}"' in page
    assert f'href="{account_page(rocket.account)}"' in page
    assert f'href="{account_page(rocket.account)}"' in client.get(QUEUE).content.decode()


def test_each_page_takes_as_many_statements_for_many_rows_as_for_one(
    rocket: Cast, client: Client
) -> None:
    pages = [
        CUSTOMERS,
        f"{CUSTOMERS}?kind=people",
        contact_page(rocket.customer),
        account_page(rocket.account),
    ]
    with inside(rocket):
        rocket.open_ticket()
    few = [count_statements(client, page) for page in pages]
    with inside(rocket):
        make_many(rocket, 60)
        Contact.objects.bulk_create(
            Contact(desk=rocket.desk, email=f"p{i}@acme.example", account=rocket.account)
            for i in range(60)
        )
        Account.objects.bulk_create(Account(desk=rocket.desk, name=f"A{i}") for i in range(60))
    assert [count_statements(client, page) for page in pages] == few
    assert max(few) <= 20


def test_a_manager_who_left_is_not_shown(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        Account.objects.filter(pk=rocket.account.pk).update(account_manager=rocket.lead)
        Agent.objects.filter(pk=rocket.lead.pk).update(is_active=False)
    assert "lead@rocket.example" not in read(client, account_page(rocket.account))
