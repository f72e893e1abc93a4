"""A cursor, page or number out of range in a page's query string is never a server error (G6)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access.people import World
from tests.access.probing import close_stream, rolled_back
from tests.access.routes import ROUTES

NAMES = "older newer before after from page p again since account assignee department priority"
VALUES = ["0", "9" * 18, "9" * 30, "9" * 18 + "-" + "9" * 18, "-1", "x-1", "٣", "9" * 5000]
REFUSALS = {401, 403, 405}  # no page that reads a number


@pytest.mark.parametrize("person", "cd")
def test_no_number_is_a_server_error(person: str, world: World) -> None:
    urls = {route.name: world.get_url(route) for route in ROUTES}
    # tests/admin/test_list_lookups.py has those of the admin.
    pages = {name: url for name, url in urls.items() if "/admin/" not in url}
    errors = []
    client: Client = world.sign_in(person)
    client.raise_request_exception = False
    for value in VALUES:
        for name, url in list(pages.items()):
            with rolled_back():
                answer = client.get(url, dict.fromkeys(NAMES.split(), value))
                close_stream(answer)
            if answer.status_code in REFUSALS:
                del pages[name]
            if answer.status_code >= 500:
                errors.append(f"{name} with {value[:20]}: {answer.status_code}")
    assert errors == []
    assert len(pages) > 100
