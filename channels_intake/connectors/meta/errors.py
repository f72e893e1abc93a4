"""What Graph's error bodies mean: try again, ask an admin, or never. Pure.

Graph answers most errors with status 400 and says in "error" what it is about: a code, sometimes a
subcode, and a message in English. Sources: "Handle Errors" and "Rate Limits" of the Graph API,
"Common Error Codes" of the Messenger Platform, and "Error codes" of the WhatsApp Cloud API.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.calls.responses import DAY, HOUR, MINUTE, check_response, find_wait
from channels_intake.connections.contract import UnreadableError
from channels_intake.connections.reading import (
    find_part,
    get_line,
    get_size,
    list_parts,
    read_object,
)

USAGE = "X-Business-Use-Case-Usage"
# Of the app, the user, the page, this call, and WhatsApp's number; 80000 and above by use case.
RATE_LIMITS = {4, 17, 32, 613, 130429, 131048}
USE_CASE_LIMITS = range(80_000, 80_015)
PAIR_LIMIT = 131056  # too many messages to one person: others can still be written to
TOKEN = {102, 190}
BLOCKED = {368, 131031}  # for a violation of policies, until Meta or an admin lifts it
TEMPORARY = {1, 2, 1200, 131000, 131016, 133004}
PERMISSIONS = {3, 10, *range(200, 300)}
# Subcodes of permission errors that are about one person, not about the app: the window is over,
# or the person takes no messages.
ABOUT_A_PERSON = {1545041, 2018065, 2018108, 2018278}
NOBODY = 230  # "Permissions disallow message to user"


@dataclass(frozen=True, slots=True)
class GraphError:
    """The error of a response."""

    code: int
    subcode: int
    message: str
    is_transient: bool

    @property
    def text(self) -> str:
        number = f"{self.code}/{self.subcode}" if self.subcode else f"{self.code}"
        return f"{self.message} ({number})" if self.message else number


def check_graph(response: Response, at: datetime) -> None:
    """Raise CallLaterError or CallRefusedError unless a response of Graph is a success."""
    if 200 <= response.status < 300:
        return
    error = read_error(response)
    if error is None:
        check_response(response, at)
        return
    if later := _find_delay(error, response, at):
        raise CallLaterError(error.text, **later)
    raise CallRefusedError(error.text, status=response.status)


def read_error(response: Response) -> GraphError | None:
    """Return the error in a response's body, or None if there is none."""
    try:
        error = find_part(read_object(response.body), "error")
    except UnreadableError:
        return None
    code = error.get("code")
    if not isinstance(code, int):
        return None
    details = get_line(find_part(error, "error_data"), "details")
    return GraphError(
        code=code,
        subcode=get_size(error, "error_subcode"),
        message=(details or get_line(error, "message"))[:200],
        is_transient=error.get("is_transient") is True,
    )


def _find_delay(error: GraphError, response: Response, at: datetime) -> dict[str, Any]:
    """Return how to raise CallLaterError, or {} for what is refused forever."""
    code = error.code
    if code in RATE_LIMITS or code in USE_CASE_LIMITS:
        wait = find_usage_wait(response) or find_wait(response, at)
        return {"seconds": wait, "at_least": MINUTE, "is_for_all": True, "status": 429}
    if code == PAIR_LIMIT:
        return {"at_least": MINUTE, "status": 429}
    if code in TOKEN:
        return {"seconds": 15 * MINUTE, "is_for_all": True, "status": 401}
    if code in BLOCKED:
        return {"seconds": HOUR, "status": 403}
    if code in PERMISSIONS and code != NOBODY and error.subcode not in ABOUT_A_PERSON:
        # Perhaps of this kind of call only: one that is always refused mustn't hold the others up.
        return {"seconds": 15 * MINUTE, "status": 403}
    if code in TEMPORARY or error.is_transient or response.status >= 500:
        return {"is_for_all": response.status >= 500, "status": response.status}
    return {}


def find_usage_wait(response: Response) -> int | None:
    """Return the seconds until a use case's calls are taken again, as its header says."""
    try:
        usage = json.loads(response.headers.get(USAGE, "") or "{}")
    except (ValueError, RecursionError):
        return None
    if not isinstance(usage, dict):
        return None
    parts = [part for name in usage for part in list_parts(usage, name)]
    minutes = [get_size(part, "estimated_time_to_regain_access") for part in parts]
    longest = max(minutes, default=0)
    return min(longest * MINUTE, DAY) or None
