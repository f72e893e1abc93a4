"""A cursor, page or number out of range in a page's query string is never a server error (G6)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access.people import World
from tests.access.probing import close_stream, rolled_back
from tests.access.routes import ROUTES

NAMES = "older newer before after from page p again since account assignee department priority"
VALUES = ["0", "9" * 18, "9" * 30, "9" * 18 + "-" + "9" * 18, "-1", "x-1", "٣", "9" * 5000]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:20])
def test_no_number_is_a_server_error(value: str, world: World) -> None:
    errors = []
    for person in "cd":
        client: Client = world.sign_in(person)
        client.raise_request_exception = False
        for route in ROUTES:
            if "/admin/" in world.get_url(route):
                continue  # tests/admin/test_list_lookups.py
            with rolled_back():
                answer = client.get(world.get_url(route), dict.fromkeys(NAMES.split(), value))
                close_stream(answer)
            if answer.status_code >= 500:
                errors.append(f"{route.name} as {person}: {answer.status_code}")
    assert errors == []
