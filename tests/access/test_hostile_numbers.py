"""A cursor, page or number out of range in a page's query string is never a server error (G6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client

from tests.access.people import World
from tests.access.probing import close_stream, rolled_back
from tests.access.routes import ROUTES

NAMES = "older newer before after from page p again since account assignee department priority"
VALUES = ["0", "9" * 18, "9" * 30, "9" * 18 + "-" + "9" * 18, "-1", "x-1", "٣", "9" * 5000]
REFUSALS = {401, 403, 405}  # no page that reads a number


class WatchedQuery(QueryDict):
    """A query that notes the names that are looked up in it."""

    looked_up: set[str] | None = None  # filled from the moment it is set

    def _note(self, *names: str) -> None:
        if self.looked_up is not None:
            self.looked_up.update(names)

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return super().__contains__(name)

    def _getlist(self, name: str, *args: Any, **options: Any) -> Any:
        self._note(name)
        return super()._getlist(name, *args, **options)

    def __iter__(self) -> Iterator[str]:
        self._note(*super().keys())
        return super().__iter__()

    def keys(self) -> Any:
        self._note(*super().keys())
        return super().keys()

    def lists(self) -> Any:  # of copies and URLs, too
        self._note(*super().keys())
        return super().lists()


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that requests have looked up in their queries."""
    found: set[str] = set()

    def watch(request: WSGIRequest) -> QueryDict:
        if "watched" not in request.__dict__:
            query = WatchedQuery(request.META["QUERY_STRING"], encoding=request.encoding)
            query.looked_up, request.__dict__["watched"] = found, query
        query = request.__dict__["watched"]
        return query

    monkeypatch.setattr(WSGIRequest, "GET", property(watch, lambda *_: None, lambda _: None))
    return found


@pytest.mark.parametrize("person", "cd")
def test_no_number_is_a_server_error(person: str, world: World, looked_up: set[str]) -> None:
    """A page that looks up none of them under the first value never sees the others."""
    names = set(NAMES.split())
    # tests/admin/test_list_lookups.py has those of the admin.
    urls = {route.name: world.get_url(route) for route in ROUTES}
    pages = {name: url for name, url in urls.items() if "/admin/" not in url}
    errors, count = [], 0
    client: Client = world.sign_in(person)
    client.raise_request_exception = False
    for value in VALUES:
        for name, url in list(pages.items()):
            looked_up.clear()
            with rolled_back():
                answer = client.get(url, dict.fromkeys(names, value))
                close_stream(answer)
            count += answer.status_code not in REFUSALS
            if answer.status_code in REFUSALS or not looked_up & names:
                del pages[name]
            if answer.status_code >= 500:
                errors.append(f"{name} with {value[:20]}: {answer.status_code}")
    assert errors == []
    assert count > 100
