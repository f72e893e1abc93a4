"""Agents see and set the product of a ticket, and read why a plan doesn't cover it (M68)."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts.models import Plan, PlanProduct, Product
from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn, inside
from tests.agent.test_new_ticket import NEW, form
from tests.cast import Cast
from tickets.models import Ticket


@pytest.fixture
def product(rocket: Cast) -> Product:
    """A product that the plan doesn't cover: it names another one."""
    with desk_scope(rocket.desk):
        covered, other = (
            Product.objects.create(desk=rocket.desk, name=name) for name in ("Server", "Mobile")
        )
        PlanProduct.objects.create(desk=rocket.desk, plan=rocket.plan, product=covered)
    return other


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()


def post(client: Client, ticket: Ticket, product: object) -> str:
    url = f"/rocket/agent/tickets/{ticket.number}/product/"
    response = client.post(url, {"product": product})
    assert response.status_code == 303
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_the_panel_sets_the_product_and_says_what_is_not_covered(
    rocket: Cast, client: Client, ticket: Ticket, product: Product
) -> None:
    with inside(rocket):
        assert "Not set" in page_of(client, ticket)
        assert post(client, ticket, product.pk) == "Product changed to Mobile."
        page = page_of(client, ticket)
        assert "Standard doesn&#x27;t cover Mobile; no SLA target." in page
        assert post(client, ticket, "") == "Product removed."
        panel = client.get(f"/rocket/agent/tickets/{ticket.number}/panel/").content.decode()
        assert "no SLA target" not in panel


def test_a_desk_without_products_shows_none(client: Client, ticket: Ticket) -> None:
    assert 'name="product"' not in page_of(client, ticket)


def test_only_the_desks_products_can_be_set(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, product: Product
) -> None:
    with desk_scope(matter.desk):
        theirs = Product.objects.create(desk=matter.desk, name="Theirs")
    with inside(rocket):
        for foreign in (theirs.pk, 10**17, "x"):
            assert "doesn't exist at this desk" in post(client, ticket, foreign)
        ticket.refresh_from_db()
        assert ticket.product is None


def test_an_observer_and_the_other_desk_cannot_set_it(
    rocket: Cast, matter: Cast, sign_in: SignIn, ticket: Ticket, product: Product
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/product/"
    assert sign_in(rocket.observer.user).post(url, {"product": product.pk}).status_code == 403
    assert sign_in(matter.analyst.user).post(url, {"product": product.pk}).status_code != 303
    with inside(rocket):
        ticket.refresh_from_db()
        assert ticket.product is None


def test_a_call_under_a_plan_that_names_products_needs_one(
    rocket: Cast, client: Client, product: Product
) -> None:
    with inside(rocket):
        Plan.objects.filter(pk=rocket.plan.pk).update(allows_hotline=True)
        refused = client.post(NEW, form(rocket))
        assert refused.status_code == 422
        assert "covers only certain products" in refused.content.decode()
        assert client.post(NEW, form(rocket, product=product.pk)).status_code == 303
        assert Ticket.objects.get().uncovered["code"] == "product_not_in_plan"


def test_a_caller_without_an_account_needs_none(
    rocket: Cast, client: Client, product: Product
) -> None:
    with inside(rocket):
        sent = client.post(NEW, form(rocket, requester=rocket.stranger.email))
        assert sent.status_code == 303
        assert Ticket.objects.get().uncovered == {"code": "hotline_without_plan"}


def test_an_uncovered_email_says_so_beside_the_ticket(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        Plan.objects.filter(pk=rocket.plan.pk).update(allows_mail=False)
        rocket.customer.refresh_from_db()
        ticket = rocket.open_ticket(channel="email")
        words = "Email isn&#x27;t included in Standard; no SLA target."
        assert words in page_of(client, ticket)
        history = client.get(f"/rocket/agent/tickets/{ticket.number}/history/").content.decode()
        assert words in history
