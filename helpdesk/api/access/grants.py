"""What a bearer token grants, and why one is refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from accounts.models import Agent

SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class Grant:
    """A program that acts for an agent within scopes.

    key: names the token in counters. requests_per_minute: its limit.
    """

    agent: Agent
    scopes: Collection[str]
    key: str
    requests_per_minute: int


class InvalidTokenError(Exception):
    """The Authorization header names no token that works here. The text says why."""


def get_grant(request: Any) -> Grant | None:
    """Return the grant that a program's request rests on, or None for a session."""
    grant: Grant | None = getattr(request, "grant", None)
    return grant


def is_program(request: Any) -> bool:
    """Return True if a request below /api/ has an Authorization header, whatever is in it."""
    has_header = "Authorization" in request.headers
    return has_header and bool(request.path_info.startswith("/api/"))
