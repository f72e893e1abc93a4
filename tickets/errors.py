"""What a service may refuse. Each message is a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence


class ServiceError(Exception):
    """A service did not do what was asked, and nothing was changed."""


class NotAllowedError(ServiceError):
    """This person may not do that."""


class InvalidTransitionError(ServiceError):
    """The state machine does not allow the move from here; ``legal`` names those that it allows."""

    def __init__(self, move: str, status: str, legal: Sequence[str]) -> None:
        self.move, self.status, self.legal = move, status, list(legal)
        names = ", ".join(name.replace("_", " ") for name in legal) or "nothing"
        super().__init__(
            f"“{move.replace('_', ' ')}” is not possible while the ticket is {status}; possible: {names}."
        )


class ConflictError(ServiceError):
    """Somebody else changed the ticket first."""


class EmptyTextError(ServiceError):
    """There is nothing to say."""
