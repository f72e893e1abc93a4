"""Pages that show and join handles pass axe, on a phone, too, in light and dark."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.tenancy import desk_scope
from channels_intake.connections.joining import join_handle
from tests.axe import find_faults_in_both_themes
from tests.cast import NOON, Cast
from tests.interface.conftest import Site, page, site
from tests.people.handles import Stranger, make_handle, write_by_handle

__all__ = ["page", "site"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.fixture
def person(rocket: Cast) -> Stranger:
    """Somebody with two handles, one of them joined to a contact."""
    with desk_scope(rocket.desk):
        joined = write_by_handle(rocket, make_handle(rocket, "another-id", name="maria.j"))
        join_handle(
            handle_id=joined.handle.pk,
            contact=rocket.customer,
            agent=rocket.analyst,
            reason="She told us her address in the chat",
            at=NOON,
        )
        return write_by_handle(rocket, make_handle(rocket))


@pytest.fixture
def client(rocket: Cast) -> Client:
    client = Client()
    client.force_login(rocket.admin.user)
    return client


def put(site: Site, client: Client, url: str, data: dict[str, str] | None = None) -> None:
    answer = client.get(url) if data is None else client.post(url, data)
    site.pages["/page/"] = re.sub(r"/rocket/static/|/static/", "/static/", answer.content.decode())


def test_no_page_has_a_fault(
    rocket: Cast, client: Client, person: Stranger, site: Site, page: Page
) -> None:
    own = f"/rocket/agent/handles/{person.handle.pk}/"
    for url, data in (
        (own, None),
        (own, {"contact": "nobody@acme.example"}),
        ("/rocket/agent/customers/?kind=handles", None),
        (f"/rocket/agent/customers/{person.contact.pk}/", None),
        (f"/rocket/agent/customers/{rocket.customer.pk}/", None),
        (f"/rocket/agent/tickets/{person.ticket.number}/", None),
    ):
        put(site, client, url, data)
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{site.address}/page/")
            assert find_faults_in_both_themes(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") == width


def test_contacts_are_offered_while_an_agent_types(
    rocket: Cast, client: Client, person: Stranger, site: Site, page: Page
) -> None:
    offers = "/rocket/agent/customers/offers/"
    site.pages[offers] = client.get(offers, {"contact": "customer"}).content.decode()
    put(site, client, f"/rocket/agent/handles/{person.handle.pk}/")
    page.goto(f"{site.address}/page/")
    page.get_by_label("Contact").press_sequentially("customer")
    expect(page.locator(f"option[value='{rocket.customer.email}']")).to_have_count(1)
