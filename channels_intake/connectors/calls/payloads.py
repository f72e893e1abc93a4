"""The JSON of the call webhook (docs/hotline.md). Pure."""

from __future__ import annotations

from channels_intake.connections.contract import UnreadableError
from channels_intake.connections.reading import get_id, get_line, get_text, read_object, read_time
from channels_intake.telephone.facts import Call, CallState
from channels_intake.telephone.numbers import normalize_number

DIRECTIONS = {"incoming": True, "outgoing": False}
MAX_SECONDS = 24 * 3600


def read_event(raw: bytes, *, country: str) -> Call:
    """Return the call in a stored event."""
    body = read_object(raw)
    direction, seconds = get_line(body, "direction"), body.get("seconds")
    if direction not in DIRECTIONS:
        raise UnreadableError("direction")
    try:
        state = CallState(get_line(body, "state"))
    except ValueError as error:
        raise UnreadableError("state") from error
    if seconds is not None and (not isinstance(seconds, int) or not 0 <= seconds <= MAX_SECONDS):
        raise UnreadableError("seconds")
    return Call(
        id=get_id(body, "call_id"),
        is_incoming=DIRECTIONS[direction],
        number=normalize_number(get_line(body, "number"), country=country),
        line=normalize_number(get_line(body, "line"), country=country),
        state=state,
        started_at=read_time(body.get("started_at")),
        reported_at=read_time(body.get("at")),
        name=get_line(body, "name"),
        agent=get_line(body, "agent").lower(),
        seconds=seconds,
        recording=get_text(body, "recording_url"),
        recording_type=get_line(body, "recording_type"),
    )
