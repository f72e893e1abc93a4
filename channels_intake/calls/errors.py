"""Exceptions and results of connectors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class CallLaterError(Exception):
    """The other system can't take the call now.

    seconds: when to try again; None for growing pauses, none shorter than at_least. is_for_all:
    True if no other call of the connection may be sent before, such as with a rate limit.
    is_paused: True if an admin paused the connection: nothing was sent, and afterwards the calls
    have their full time.
    """

    def __init__(
        self,
        why: str,
        *,
        seconds: int | None = None,
        at_least: int = 0,
        is_for_all: bool = False,
        is_paused: bool = False,
        status: int | None = None,
    ) -> None:
        super().__init__(why)
        self.seconds, self.at_least, self.status = seconds, at_least, status
        self.is_for_all, self.is_paused = is_for_all, is_paused


class CallRefusedError(Exception):
    """The other system will never take this call as it is."""

    def __init__(self, why: str, *, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Sent:
    """The response to a call that was accepted. summary: a few words for admins."""

    status: int
    summary: str = ""
    content: Any = field(default=None)
