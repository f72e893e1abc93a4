"""A single sign-on that has started but not finished, and the error of both protocols."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LEEWAY_SECONDS = 30  # by which our clock and the provider's may differ
MAX_SIGN_IN_SECONDS = 600  # that a person may spend at the provider


class SsoError(Exception):
    """The identity provider's response is missing or not valid. The text is for the log only.

    explanation: a sentence for the desk's admin, for problems that a connection test can find.
    """

    def __init__(self, text: str, explanation: StrOrPromise = "") -> None:
        super().__init__(text)
        self.explanation = explanation


class ProviderDownError(SsoError):
    """The identity provider doesn't respond, or only with an error of its own."""


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
