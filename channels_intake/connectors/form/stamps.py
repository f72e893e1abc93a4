"""The stamp of a form as it was shown, and the work that a browser proves to have done. Pure.

No other party is asked. A form counts once and only after some seconds; a browser computes for
about a second before it sends one, which costs a person nothing and a sender of thousands a lot.
Without JavaScript a person solves a sum instead, and fewer of those are taken from a network.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core import signing

from channels_intake.models import Connection

MIN_AGE = timedelta(seconds=3)
MAX_AGE = timedelta(hours=24)
WORK_BITS = 14  # zero bits that the hash begins with: 16,000 attempts on average
MAX_ANSWER = 20  # characters


class StampProblem(StrEnum):
    """Why a form isn't taken as it is."""

    INVALID = "invalid"  # forged, of another form, or older than MAX_AGE
    TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A form as it was shown. token: counts once. sum: of two numbers, for a person's answer."""

    token: str
    first: int
    second: int

    @property
    def sum(self) -> int:
        """The answer to the question."""
        return self.first + self.second


def make_stamp(connection: Connection) -> str:
    """Return the signed stamp of a form that is shown now."""
    numbers = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    return signing.dumps([secrets.token_urlsafe(12), *numbers], salt=_get_salt(connection))


def read_stamp(connection: Connection, text: str) -> Stamp | StampProblem:
    """Return the stamp of a form that was sent, or what is wrong with it."""
    salt = _get_salt(connection)
    try:
        stamp = Stamp(*signing.loads(text, salt=salt, max_age=MAX_AGE))
    except signing.BadSignature:
        return StampProblem.INVALID
    try:
        signing.loads(text, salt=salt, max_age=MIN_AGE)
    except signing.SignatureExpired:
        return stamp
    return StampProblem.TOO_FAST


def read_sum(connection: Connection, text: str) -> tuple[int, int]:
    """Return the numbers of a valid stamp, however old it is."""
    stamp = Stamp(*signing.loads(text, salt=_get_salt(connection)))
    return stamp.first, stamp.second


def is_work_done(stamp: str, answer: str) -> bool:
    """Return True if SHA-256 of the stamp, a colon and the answer begins with WORK_BITS zeros."""
    if not 0 < len(answer) <= MAX_ANSWER:
        return False
    digest = hashlib.sha256(f"{stamp}:{answer}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - WORK_BITS) == 0


def _get_salt(connection: Connection) -> str:
    return f"{__name__}:{connection.desk_id}:{connection.pk}"
