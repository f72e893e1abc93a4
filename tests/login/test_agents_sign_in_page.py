"""Single sign-on is for agents: their sign-in page offers it, the customers' page does not."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import IdentityProvider
from tests.cast import Cast
from tests.login.conftest import AGENT_SIGN_IN

CUSTOMERS = "/rocket/login/"


@pytest.fixture
def provider(in_rocket: Cast) -> IdentityProvider:
    return IdentityProvider.objects.create(
        desk=in_rocket.desk, name="Acme SSO", server_url="https://127.0.0.1", client_id="c"
    )


def page(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


@pytest.mark.parametrize("path", ["agent/", "agent/tickets/1001/", "admin/", "admin/accounts/"])
def test_agents_are_offered_single_sign_on(
    provider: IdentityProvider, client: Client, path: str
) -> None:
    place = client.get(f"/rocket/{path}")["Location"] if path == "agent/" else ""
    shown = page(client, place or f"/rocket/login/?next=/rocket/{path}")
    assert "Acme SSO" in shown
    assert "Create an account" not in shown
    assert 'Not an agent? <a href="/rocket/login/">' in shown


@pytest.mark.parametrize(
    "query", ["", "?next=/rocket/portal/requests/", "?next=/rocket/", "?next=https://x.example/"]
)
def test_customers_get_a_link_to_the_agents_page_instead(
    provider: IdentityProvider, client: Client, query: str
) -> None:
    shown = page(client, CUSTOMERS + query)
    assert "Acme SSO" not in shown
    assert "Create an account" in shown
    assert 'href="/rocket/login/?next=%2Frocket%2Fagent%2F"' in shown
    assert "Acme SSO" in page(client, "/rocket/login/?next=%2Frocket%2Fagent%2F")


def test_a_failed_sign_in_stays_on_the_agents_page(
    provider: IdentityProvider, client: Client
) -> None:
    form = {"login": "ana@rocket.example", "password": "wrong", "next": "/rocket/agent/"}
    assert "Acme SSO" in client.post(CUSTOMERS, form).content.decode()


def test_without_a_provider_there_is_nothing_to_choose(in_rocket: Cast, client: Client) -> None:
    assert "Sign in as an agent" not in page(client, CUSTOMERS)


def test_an_inactive_provider_is_offered_to_nobody(
    provider: IdentityProvider, client: Client
) -> None:
    IdentityProvider.objects.update(is_active=False)
    assert "Sign in as an agent" not in page(client, CUSTOMERS)
    assert "Acme SSO" not in page(client, AGENT_SIGN_IN)
