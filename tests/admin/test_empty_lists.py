"""A list of the admin site says why it is empty, and counts only what somebody looked for."""

from __future__ import annotations

from django.test import Client

from tests.cast import Cast

WEBHOOKS = "/rocket/admin/tickets/webhooksubscription/"
NOTHING_YET = "Nothing here yet"
NO_RESULTS = "No results found"
RESET = "Reset filters"
SHOW_ALL = "Show all"


def read(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_an_empty_list_has_no_filters_to_reset(at_rocket: Client) -> None:
    page = read(at_rocket, WEBHOOKS)

    assert NOTHING_YET in page
    assert all(text not in page for text in (NO_RESULTS, RESET, SHOW_ALL))


def test_filters_that_find_nothing_can_be_reset(at_rocket: Client) -> None:
    page = read(at_rocket, f"{WEBHOOKS}?state__exact=active")

    assert all(text in page for text in (NO_RESULTS, RESET, SHOW_ALL))
    assert NOTHING_YET not in page


def test_a_search_that_finds_nothing_can_be_reset(at_rocket: Client) -> None:
    page = read(at_rocket, "/rocket/admin/accounts/account/?q=nobody-is-called-so")

    assert NO_RESULTS in page
    assert RESET in page


def test_another_desk_sees_no_list(matter: Cast, at_rocket: Client) -> None:
    assert at_rocket.get(WEBHOOKS.replace("rocket", "matter")).status_code == 404
