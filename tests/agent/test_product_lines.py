"""Agents see and set the product line of a ticket: its own, or the account's."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account, Product, ProductLine
from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import Ticket


@pytest.fixture
def lines(rocket: Cast) -> list[ProductLine]:
    with desk_scope(rocket.desk):
        server = Product.objects.create(desk=rocket.desk, name="Server")
        mobile = Product.objects.create(desk=rocket.desk, name="Mobile")
        named = [(server, "Current"), (server, "ESR"), (mobile, "Store")]
        return [
            ProductLine.objects.create(desk=rocket.desk, product=product, name=name)
            for product, name in named
        ]


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()


def post(client: Client, ticket: Ticket, line: object) -> int:
    url = f"/rocket/agent/tickets/{ticket.number}/product-line/"
    return client.post(url, {"product_line": line}).status_code


def test_the_panel_offers_the_lines_of_the_product_and_names_the_accounts(
    rocket: Cast, client: Client, ticket: Ticket, lines: list[ProductLine]
) -> None:
    with inside(rocket):
        Account.objects.filter(pk=rocket.account.pk).update(product_line=lines[1])
        Ticket.objects.filter(pk=ticket.pk).update(product=lines[0].product)
        page = page_of(client, ticket)
        assert "Server ESR (account)" in page
        assert "Server Current" in page
        assert "Mobile Store" not in page
        assert post(client, ticket, lines[0].pk) == 303
        assert Ticket.objects.get(pk=ticket.pk).product_line == lines[0]
        assert post(client, ticket, "") == 303
        assert Ticket.objects.get(pk=ticket.pk).product_line is None


def test_a_line_that_is_no_longer_supported_is_not_offered(
    rocket: Cast, client: Client, ticket: Ticket, lines: list[ProductLine]
) -> None:
    with inside(rocket):
        ProductLine.objects.filter(pk=lines[2].pk).update(is_supported=False)
        page = page_of(client, ticket)
        assert "Server ESR" in page
        assert "Mobile Store" not in page


def test_a_desk_without_lines_shows_none(client: Client, ticket: Ticket) -> None:
    assert "product-line/" not in page_of(client, ticket)


def test_only_agents_of_the_desk_set_its_own_lines(
    rocket: Cast, matter: Cast, client: Client, sign_in: SignIn, ticket: Ticket
) -> None:
    with desk_scope(matter.desk):
        product = Product.objects.create(desk=matter.desk, name="Theirs")
        theirs = ProductLine.objects.create(desk=matter.desk, product=product, name="ESR")
    with inside(rocket):
        for foreign in (theirs.pk, 10**17, "x"):
            post(client, ticket, foreign)
            assert Ticket.objects.get(pk=ticket.pk).product_line is None
    assert post(sign_in(rocket.observer.user), ticket, "") == 403
    assert post(sign_in(matter.analyst.user), ticket, "") != 303
