"""How a page lists a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import ApiToken
from accounts.tokens.scopes import describe_scope
from helpdesk.shared.components import Component
from helpdesk.shared.urls import get_url


@dataclass(frozen=True, slots=True)
class TokenLine(Component):
    """A token in a list. URLs are "" for a token that no longer works; times None for never."""

    name: str
    hint: str
    scopes: str
    state: str
    tone: str
    expires_at: datetime | None
    last_used_at: datetime | None
    last_ip: str
    previous_until: datetime | None
    rotation_url: str
    revocation_url: str


def describe_token(token: ApiToken, at: datetime) -> TokenLine:
    """Return the line of a token."""
    is_usable = token.is_usable(at)
    until = token.previous_until
    return TokenLine(
        name=token.name,
        hint=f"{token.hint}…",
        scopes="; ".join(describe_scope(scope) for scope in token.scopes),
        state=token.describe_state(at),
        tone="green" if is_usable else "",
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        last_ip=token.last_ip or "",
        previous_until=until if is_usable and until and until > at else None,
        rotation_url=get_url("agent:token_rotation", token.pk) if is_usable else "",
        revocation_url=get_url("agent:token_revocation", token.pk) if is_usable else "",
    )
