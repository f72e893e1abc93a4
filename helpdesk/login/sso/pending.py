"""A single sign-on that has started but not finished, and the error of both protocols."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

LEEWAY_SECONDS = 30  # by which our clock and the provider's may differ
MAX_SIGN_IN_SECONDS = 600  # that a person may spend at the provider


class SsoError(Exception):
    """The identity provider's response is missing or not valid. The text is for the log only."""


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """Session state while the person is at the provider. Usable once; grants nothing."""

    provider: int
    state: str  # OpenID Connect: the state; SAML: the request's ID
    nonce: str
    verifier: str
    at: float  # Unix time
    next: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
