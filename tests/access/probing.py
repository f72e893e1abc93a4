"""Request every route as every person and collect the responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.access.people import World
from tests.access.policy import PEOPLE
from tests.access.routes import ROUTES, Route

SYMBOLS = {
    401: "^", 403: "!", 404: "-", 405: ".", 400: "?", 409: "?", 422: "?", 429: "%", 503: "v",
}  # fmt: skip

WRITE_COUNTS = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


@dataclass(frozen=True)
class RouteResponse:
    """The response to one person. written: the tables that the request wrote to."""

    route: str
    method: str
    person: str
    status: int
    symbol: str
    headers: dict[str, str]
    written: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.route} as {PEOPLE[self.person]}: {self.status} ({self.symbol})"


def probe_all(world: World, method: str, people: Iterable[str] = PEOPLE) -> Iterator[RouteResponse]:
    """Request each route as each person, and roll back what the requests change."""
    urls = {route: world.get_url(route) for route in list_routes_of(method)}
    for person in people:
        client = world.sign_in(person)
        for route, url in urls.items():
            yield probe(client, route, url, method, person)


def list_routes_of(method: str) -> list[Route]:
    """Return the routes to request by a method; only the API accepts PUT and PATCH."""
    if method in {"PUT", "PATCH"}:
        return [route for route in ROUTES if route.name.startswith("api:")]
    return ROUTES


def probe(client: Client, route: Route, url: str, method: str, person: str) -> RouteResponse:
    """Send one request. Writes are recorded for all methods but POST, which must not write."""
    with rolled_back():
        before = {} if method == "POST" else read_write_counts()
        response = client.generic(method, url, content_type=_content_type(route))
        after = {} if method == "POST" else read_write_counts()
        close_stream(response)
    written = frozenset(table for table, count in after.items() if count != before.get(table))
    return RouteResponse(
        route.name,
        method,
        person,
        response.status_code,
        get_symbol(response),
        dict(response.headers),
        written,
    )


def close_stream(response: HttpResponseBase) -> None:
    """Close a streaming response, but not the connection with the tests' transaction."""
    if response.streaming:
        request_finished.disconnect(close_old_connections)
        response.close()
        request_finished.connect(close_old_connections)


def _content_type(route: Route) -> str:
    return (
        "application/json" if route.name.startswith("api:") else "application/x-www-form-urlencoded"
    )


def get_symbol(response: HttpResponseBase) -> str:
    """Return the symbol of a response as in policy.py."""
    if 300 <= response.status_code < 400:
        return ">" if response.headers["Location"].startswith("/rocket/login/") else "~"
    return "+" if response.status_code < 300 else SYMBOLS.get(response.status_code, "X")


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back everything that the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def read_write_counts() -> dict[str, int]:
    """Return how many rows this transaction wrote to each table, rolled-back ones included."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE_COUNTS)
        return dict(cursor.fetchall())
