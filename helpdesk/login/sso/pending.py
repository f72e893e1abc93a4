"""A single sign-on that has started and not finished, and the error both protocols raise.

Shared by openid.py and saml/.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

LEEWAY_SECONDS = 30  # by which our clock and the provider's may differ
MAX_SIGN_IN_SECONDS = 600  # that a person may spend at the provider


class SsoError(Exception):
    """The provider did not answer as it must; the text is for the log."""


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """What the session keeps while the person is at the provider: one use, no rights."""

    provider: int
    state: str
    nonce: str
    verifier: str
    at: float
    next: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
