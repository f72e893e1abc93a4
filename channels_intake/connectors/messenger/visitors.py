"""Visitors, and the tokens by which their browsers are recognized. Pure.

A token is signed, for one connection of one desk. It is in no cookie, which browsers would keep
from a page inside another site's, and which that site's forms would send along: a page of ours
sends it in a header.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core import signing

from channels_intake.connectors.messenger.identity import Identity
from channels_intake.models import Connection

# How long a browser is recognized after its last visit; shorter for what a website vouches for.
VALID = timedelta(days=90)
VALID_SIGNED_IN = timedelta(hours=12)
ANONYMOUS, SIGNED_IN = "visitor-", "user-"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor of a website. id: of their handle and conversation; the token's holder is them.

    name, email: what the website vouches for; "" for somebody who isn't signed in there.
    """

    id: str
    name: str = ""
    email: str = ""

    @property
    def is_signed_in(self) -> bool:
        """True if the website vouches for them."""
        return self.id.startswith(SIGNED_IN)


def make_visitor() -> Visitor:
    """Return a visitor nobody knows."""
    return Visitor(ANONYMOUS + secrets.token_hex(16))


def make_known_visitor(identity: Identity) -> Visitor:
    """Return the visitor that a website vouches for: the same one in every browser."""
    return Visitor(SIGNED_IN + identity.user_id, identity.name, identity.email)


def make_visitor_token(connection: Connection, visitor: Visitor) -> str:
    """Return the token of a visitor's browser."""
    return signing.dumps(asdict(visitor), salt=_get_salt(connection))


def read_visitor_token(connection: Connection, token: str) -> Visitor | None:
    """Return whose a token is; None if it is forged, too old or another connection's."""
    try:
        given = signing.loads(token, salt=_get_salt(connection), max_age=VALID)
        visitor = Visitor(**given)
        if visitor.is_signed_in:
            signing.loads(token, salt=_get_salt(connection), max_age=VALID_SIGNED_IN)
    except signing.BadSignature:
        return None
    return visitor


def _get_salt(connection: Connection) -> str:
    return f"{__name__}:{connection.desk_id}:{connection.pk}"
