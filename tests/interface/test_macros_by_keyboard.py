"""A slash in an empty message opens the ticket's macros; in a begun one it is a slash."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.interface.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def composer(rocket: Cast, site: Site, page: Page) -> Page:
    """A ticket's page, with the focus in its empty message."""
    with desk_scope(rocket.desk):
        number = rocket.open_ticket().number
    client = Client()
    client.force_login(rocket.analyst.user)
    site.pages["/ticket/"] = client.get(f"/rocket/agent/tickets/{number}/").content.decode()
    site.pages[f"/rocket/agent/tickets/{number}/macros/"] = "<h1>Apply a macro</h1>"
    page.goto(f"{site.address}/ticket/")
    page.focus("#id_body")
    return page


def test_a_slash_in_an_empty_message_opens_the_macros(composer: Page) -> None:
    composer.keyboard.press("/")
    composer.wait_for_url("**/macros/")
    assert composer.inner_text("h1") == "Apply a macro"


def test_a_slash_in_a_begun_message_is_typed(composer: Page) -> None:
    composer.keyboard.type("See a/b")
    assert composer.input_value("#id_body") == "See a/b"
    assert composer.url.endswith("/ticket/")
