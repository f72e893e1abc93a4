"""One request to a receiver, and what its response means. Nothing is stored here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from accounts.network.standard_webhooks import sign, sign_headers

SECONDS = 10.0  # for one whole response
MAX_ANSWER_BYTES = 256 * 1024
KEPT_CHARS = 4096  # of an answer
MAX_WAIT = 24 * 3600  # the longest Retry-After that we follow, in seconds
HIDDEN = "…"


class Outcome(Enum):
    """What a response means. REFUSED: the receiver works, but didn't take this message.

    NOT_TAKEN: nothing was sent, because the webhook doesn't take this event anymore.
    """

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    GONE = "gone"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an attempt. problem: a code and the parameters of its sentence.

    wait: the seconds that the receiver asks for, or None. answer: the beginning of its body.
    """

    outcome: Outcome
    status: int | None = None
    milliseconds: int = 0
    problem: dict[str, Any] = field(default_factory=dict)
    wait: int | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret of a subscription, and the former one while it is rotated, or ""."""

    current: str
    former: str = ""


def build_headers(
    message_id: str, body: bytes, secrets: Secrets, *, at: datetime
) -> dict[str, str]:
    """Return the headers of a request, with a signature per secret."""
    headers = sign_headers(secrets.current, message_id, body, at=at)
    if secrets.former:
        former = sign(secrets.former, message_id, headers["webhook-timestamp"], body)
        headers["webhook-signature"] += f" {former}"
    return {"Content-Type": "application/json", "User-Agent": "Plumbline-Webhooks/1"} | headers


def send_request(
    session: GuardedSession, url: str, body: bytes, headers: Mapping[str, str], *, at: datetime
) -> Result:
    """POST a body and return the result. No redirect is followed."""
    started = time.perf_counter()
    try:
        response = session.request(
            "POST", url, data=body, headers=dict(headers), max_bytes=MAX_ANSWER_BYTES
        )
    except (ForbiddenAddressError, UnreachableError) as error:
        code, data = error.problem
        problem = {"code": code, "data": data}
        return Result(Outcome.UNAVAILABLE, None, _measure(started), problem)
    return Result(
        outcome=judge(response.status),
        status=response.status,
        milliseconds=_measure(started),
        wait=find_wait(response, at),
        answer=_read_answer(response),
    )


def judge(status: int) -> Outcome:
    """Return what a status means. Pure.

    A redirect isn't followed and counts as unavailable, as do 408, 429 and what isn't known.
    """
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if status == 410:
        return Outcome.GONE
    return (
        Outcome.REFUSED if 400 <= status < 500 and status not in {408, 429} else Outcome.UNAVAILABLE
    )


def find_wait(response: Response, at: datetime) -> int | None:
    """Return the seconds that Retry-After asks for, between 1 and a day, or None. Pure."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return max(1, min(int(text[:9]), MAX_WAIT))
    try:
        moment = parsedate_to_datetime(text)
        seconds = int((moment - at).total_seconds())
    except (ValueError, TypeError, OverflowError):  # TypeError: a time without a zone
        return None
    return max(1, min(seconds, MAX_WAIT))


def hide_secrets(text: str, secrets: Secrets, headers: Mapping[str, str]) -> str:
    """Return a receiver's answer without our secrets and signatures, should it repeat them."""
    signatures = headers.get("webhook-signature", "").split()
    for secret in (secrets.current, secrets.former, *signatures):
        if secret:
            text = text.replace(secret, HIDDEN)
    return text


def _measure(started: float) -> int:
    return int((time.perf_counter() - started) * 1000)


def _read_answer(response: Response) -> str:
    text = response.body[: 4 * KEPT_CHARS].decode("utf-8", "replace")
    return text.replace("\x00", "")[:KEPT_CHARS]
