"""Request every route as every person and collect the responses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.access.asking import is_asked
from tests.access.people import World
from tests.access.policy import PEOPLE
from tests.access.routes import ROUTES, Route

SYMBOLS = {
    401: "^", 403: "!", 404: "-", 405: ".", 400: "?", 409: "?", 422: "?", 429: "%", 503: "v",
}  # fmt: skip

# Like pg_stat_xact_user_tables, which also looks up the indexes of all tables each time.
WRITE_COUNTS = """
SELECT relname, written FROM pg_class, LATERAL (
  SELECT pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
    + pg_stat_get_xact_tuples_deleted(oid)
) counted (written)
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND written > 0
"""
READING = {"GET", "DELETE"}  # methods of which some or all requests must write nothing


@dataclass(frozen=True)
class RouteResponse:
    """The response to one person. written: the tables that it wrote to, of methods READING."""

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
    """Request each route as each person who is asked, and roll back what the requests change."""
    urls = {route: world.get_url(route) for route in list_routes_of(method)}
    for person in people:
        client = world.sign_in(person)
        probe = Probe(client, method, person)
        for route, url in urls.items():
            if is_asked(route, method, person):
                yield probe.send(route, url)


def list_routes_of(method: str) -> list[Route]:
    """Return the routes to request by a method; only the API accepts PUT and PATCH."""
    if method in {"PUT", "PATCH"}:
        return [route for route in ROUTES if route.name.startswith("api:")]
    return ROUTES


class Probe:
    """Sends requests of one person. What each one writes is recorded, and rolled back."""

    def __init__(self, client: Client, method: str, person: str) -> None:
        self.client, self.method, self.person = client, method, person
        self.savepoint = transaction.savepoint()
        self.hooks = len(connection.run_on_commit)
        self.counts: dict[str, int] = {}
        self._roll_back()

    def send(self, route: Route, url: str) -> RouteResponse:
        """Request a URL."""
        response = self.client.generic(self.method, url, content_type=_content_type(route))
        close_stream(response)
        return RouteResponse(
            route.name,
            self.method,
            self.person,
            response.status_code,
            get_symbol(response),
            dict(response.headers),
            self._roll_back(),
        )

    def _roll_back(self) -> frozenset[str]:
        """Undo all since the savepoint. Return the tables that were written to since the last time.

        The savepoint stays. One round trip to the database does both, as there are thousands.
        """
        transaction.set_rollback(False)
        before, rollback = self.counts, f"ROLLBACK TO SAVEPOINT {self.savepoint}"
        with connection.cursor() as cursor:
            if self.method in READING:
                cursor.execute(f"{rollback}; {WRITE_COUNTS}")
                cursor.nextset()
                self.counts = dict(cursor.fetchall())
            else:
                cursor.execute(rollback)
        del connection.run_on_commit[self.hooks :]
        return frozenset(name for name, count in self.counts.items() if count != before.get(name))


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
