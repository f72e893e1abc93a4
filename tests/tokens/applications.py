"""Applications of other people, which sign in by OAuth."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from accounts.models import Agent, Desk, OAuthApplication, User
from accounts.tenancy import desk_scope
from accounts.tokens.admitting import ApplicationValues, admit_application

VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")
CALLBACK = "https://app.example/callback"


def admit(
    desk: Desk, by: User, *, service: Agent | None = None, **given: Any
) -> tuple[OAuthApplication, str]:
    """Admit an application and return it with its secret."""
    values = {
        "name": "Report builder",
        "scopes": ["tickets:read", "tickets:write"],
        "redirect_uris": "" if service else CALLBACK,
        "service": service,
    }
    with desk_scope(desk):
        return admit_application(desk=desk, values=ApplicationValues(**values | given), by=by)


def ask(application: OAuthApplication, **changes: str) -> dict[str, str]:
    """Return the parameters with which an application sends a person to the consent page."""
    asked = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": CALLBACK,
        "scope": "tickets:read",
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (asked | changes).items() if value}


def allow(client: Client, application: OAuthApplication, **changes: str) -> str:
    """Allow an application in a signed-in browser, and return the code that it gets."""
    asked = ask(application, **changes)
    answer = client.post("/rocket/oauth/authorize/", asked | {"allow": "1"})
    assert answer.status_code == 302, answer.content.decode()
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query["state"] == ["a state"]
    return query["code"][0]


def exchange(application: OAuthApplication, secret: str, **given: str) -> Any:
    """Ask for tokens, with the secret in the body."""
    sent = {
        "grant_type": "authorization_code",
        "client_id": application.client_id,
        "client_secret": secret,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    sent = {name: value for name, value in (sent | given).items() if value}
    return Client(enforce_csrf_checks=True).post("/rocket/oauth/token/", sent)
