"""Whom to ask at which route: everyone about whom a decision of its own is made there.

Two kinds of requests are alike by construction, and a few of each are enough:

- One gate decides about all people whom it refuses. The admin site asks first for an admin; the
  pages and the API of agents ask for an agent. A route that lacks its gate lets each of them in, so
  one of them is asked at each route and method: another one at the next, so that all are asked.
- A method that a view has no code for is refused by Django's dispatcher. Nobody, an observer, an
  admin and one of the contacts are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.routes import Route

CONTACTS, AGENTS = "ckme", "auo"
# Interfaces, and the letters of people (tests.access.policy.PEOPLE) whom their gate refuses alike.
GATES = {"agent:": (CONTACTS,), "api:": (CONTACTS,), "admin:": (CONTACTS, AGENTS)}
ASKED_WITHOUT_CODE = "nod"  # and one of the contacts


def is_asked(route: Route, method: str, person: str) -> bool:
    """Return True if this person requests this route by this method in the policy's test."""
    if not has_code(route, method):
        return person in ASKED_WITHOUT_CODE or person == choose(CONTACTS, route, method)
    return all(
        person not in alike or person == choose(alike, route, method)
        for alike in list_refused_alike(route)
    )


def is_refused_at_gate(route: Route, person: str) -> bool:
    """Return True for people whom no view of this interface ever meets."""
    return any(person in alike for alike in list_refused_alike(route))


def list_refused_alike(route: Route) -> Iterable[str]:
    """Return groups of people whom the route's gate refuses."""
    return next((groups for prefix, groups in GATES.items() if route.name.startswith(prefix)), ())


def choose(people: str, route: Route, method: str) -> str:
    """Return the one of these people who is asked: always the same one, and each now and then."""
    return people[crc32(f"{method} {route.name}".encode()) % len(people)]


def has_code(route: Route, method: str) -> bool:
    """Return False for methods that the view of a route has no code for.

    Views that are functions tell nothing; of them, only the API's have more than GET and POST.
    """
    if not route.name.startswith("api:"):
        return method in {"GET", "POST"}
    view = getattr(VIEWS.get(route.name), "cls", None)
    return view is None or hasattr(view, method.lower())


def _find_views(patterns: list[Any], spaces: tuple[str, ...] = ()) -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            found |= _find_views(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            found[":".join([*spaces, entry.name])] = entry.callback
    return found


VIEWS = _find_views(get_resolver().url_patterns)
