"""Interpretation of the responses of other systems: which can be tried again, and when.

GitHub answers 403 or 429 beyond a rate limit: wait for Retry-After, else until X-RateLimit-Reset if
X-RateLimit-Remaining is 0, else a minute, and longer each time. GitLab answers 429 with
Retry-After, or RateLimit-Reset. Other refusals are final, except for a token that has expired,
which an admin replaces.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError

MINUTE, HOUR, DAY = 60, 3600, 86_400
MILLISECONDS = 10**11  # what is above counts milliseconds since 1970, as Rocket.Chat's times do
LIMIT_WORDS = ("rate limit", "abuse detection")  # the second: of older GitHub Enterprise Servers


def check_response(response: Response, at: datetime) -> None:
    """Raise CallLaterError or CallRefusedError unless the response is a success."""
    status = response.status
    if 200 <= status < 300:
        return
    said = _get_message(response)
    why = f"{status}: {said}" if said else str(status)
    known: dict[str, Any] = {"status": status, "is_for_all": True}
    if (wait := find_wait(response, at)) is not None:
        raise CallLaterError(why, seconds=wait, **known)
    if is_rate_limit(response, said):
        raise CallLaterError(why, at_least=MINUTE, **known)
    if status >= 500:
        raise CallLaterError(why, **known)
    if status == 401:
        raise CallLaterError(why, seconds=15 * MINUTE, **known)
    raise CallRefusedError(why, status=status)


def find_wait(response: Response, at: datetime) -> int | None:
    """Return the seconds that the host asks to wait, or None if it doesn't say. Pure."""
    headers = response.headers
    if response.status not in {403, 429, 503}:
        return None
    if (text := headers.get("Retry-After", "")).isdecimal():
        return _limit(int(text))
    for name in ("X-RateLimit", "RateLimit"):
        reset = headers.get(f"{name}-Reset", "")
        if headers.get(f"{name}-Remaining") == "0" and reset.isdecimal():
            moment = int(reset) // 1000 if int(reset) > MILLISECONDS else int(reset)
            return _limit(moment - int(at.timestamp()) + 1)
    return None


def is_rate_limit(response: Response, said: str) -> bool:
    """Return True for a rate limit that doesn't say how long it holds. Pure."""
    is_named = any(words in said.lower() for words in LIMIT_WORDS)
    return response.status == 429 or (response.status == 403 and is_named)


def _limit(seconds: int) -> int:
    return max(1, min(seconds, DAY))


def read_json(response: Response) -> Any:
    """Return the content of a response. Raises CallLaterError if it isn't JSON."""
    try:
        return json.loads(response.body or b"null")
    except (ValueError, RecursionError) as error:
        raise CallLaterError(_("The response isn't JSON."), status=response.status) from error


def _get_message(response: Response) -> str:
    try:
        content = json.loads(response.body or b"{}")
    except (ValueError, RecursionError):
        return ""
    said = content.get("message") or content.get("error") if isinstance(content, dict) else ""
    return str(said or "")[:200]
