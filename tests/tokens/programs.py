"""Programs that sign in to a desk's API with a token."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Agent, ApiToken, Desk
from accounts.tenancy import desk_scope
from accounts.tokens.services import create_token


def make_token(
    desk: Desk, agent: Agent, scopes: Iterable[str] = ("tickets:write",), **given: Any
) -> tuple[ApiToken, str]:
    """Create a token of an agent and return it with its secret."""
    at = given.pop("at", timezone.now())
    values = {
        "name": "Nightly report",
        "expires_at": at + timedelta(days=90),
        "by": agent.user,
        "passed_two_factor": False,
    }
    with desk_scope(desk):
        return create_token(agent=agent, scopes=scopes, at=at, **values | given)


def make_program(secret: str) -> Client:
    """Return a client that sends the token, and checks CSRF like a browser's."""
    bearer = {"authorization": f"Bearer {secret}"}
    return Client(enforce_csrf_checks=True, headers=bearer)
