"""Asking for every route as every person, and keeping what came back."""

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

SIGNS = {403: "!", 404: "-", 405: ".", 400: "?", 422: "?", 429: "%"}

WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


@dataclass(frozen=True)
class Answer:
    """What a person got. ``written`` names the tables that the request wrote to."""

    route: str
    method: str
    person: str
    status: int
    sign: str
    headers: dict[str, str]
    written: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.route} as {PEOPLE[self.person]}: {self.status} ({self.sign})"


def ask_everything(world: World, method: str, people: Iterable[str] = PEOPLE) -> Iterator[Answer]:
    """Each route as each person; whatever a request changes is undone."""
    addresses = {route: world.address(route) for route in ROUTES}
    for person in people:
        client = world.sign_in(person)
        for route, address in addresses.items():
            yield ask(client, route, address, method, person)


def ask(client: Client, route: Route, address: str, method: str, person: str) -> Answer:
    """One request. What it wrote is looked at where nothing may be written: at all methods but POST."""
    with undone():
        before = {} if method == "POST" else read_written()
        response = client.generic(method, address, content_type=_content_type(route))
        after = {} if method == "POST" else read_written()
        close_file(response)
    written = frozenset(table for table, count in after.items() if count != before.get(table))
    return Answer(
        route.name,
        method,
        person,
        response.status_code,
        read_sign(response),
        dict(response.headers),
        written,
    )


def close_file(response: HttpResponseBase) -> None:
    """Close what a streamed answer holds open, but not the connection that the tests' transaction is on."""
    if response.streaming:
        request_finished.disconnect(close_old_connections)
        response.close()
        request_finished.connect(close_old_connections)


def _content_type(route: Route) -> str:
    return (
        "application/json" if route.name.startswith("api:") else "application/x-www-form-urlencoded"
    )


def read_sign(response: HttpResponseBase) -> str:
    """The class of an answer, as policy.py writes it."""
    if 300 <= response.status_code < 400:
        return ">" if response.headers["Location"].startswith("/rocket/login/") else "~"
    return "+" if response.status_code < 300 else SIGNS.get(response.status_code, "X")


@contextmanager
def undone() -> Iterator[None]:
    """Roll back what the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def read_written() -> dict[str, int]:
    """How many rows this transaction has written so far, table by table, undone ones counted too."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())
