"""Freshcaller's calls, as its events and its API describe them. Pure.

Sources: developers.freshworks.com, "Configure onCallCreate and onCallUpdate" (App SDK 3.0, module
call); developers.freshcaller.com/api, "The call object" and "The call participant object". The
integers of call_status aren't documented as a whole: 1 is "Answered/Completed" and 3 "not answered"
(community.freshworks.dev, "Freshcaller API call status"). So the state is read from what is
documented for certain: bill_duration exists only once a call is over, and an agent took it if an
agent's participant has the status 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from channels_intake.connections.contract import UnreadableError
from channels_intake.connections.reading import (
    find_id,
    find_part,
    get_id,
    get_line,
    get_part,
    list_parts,
    read_object,
    read_time,
    read_unix_time,
)
from channels_intake.telephone.facts import Call, CallState
from channels_intake.telephone.numbers import normalize_number

ANSWERED, NOT_ANSWERED = 1, 3  # of call_status
CUSTOMER, AGENT = "customer", "agent"
KNOWN_EVENTS = frozenset({"onCallCreate", "onCallUpdate"})
Fields = Mapping[str, Any]


def read_event(raw: bytes, *, country: str) -> Call:
    """Return the call in a stored event: one that the app forwarded, or a polled call."""
    body = read_object(raw)
    if "event" in body and body["event"] not in KNOWN_EVENTS:
        raise UnreadableError("event")
    if "data" not in body:
        return _read_call(get_part(body, "call"), reported_at=None, country=country)
    call = get_part(get_part(body, "data"), "call")
    sent_at = read_unix_time(body.get("timestamp"))
    return _read_call(call, reported_at=sent_at, country=country)


def _read_call(call: Fields, *, reported_at: datetime | None, country: str) -> Call:
    started_at = _find_time(call, "created_time") or reported_at
    if started_at is None:
        raise UnreadableError("created_time")
    participants = list_parts(call, "participants")
    customer = next((one for one in participants if not _is_agent(one)), {})
    taken_by = [one for one in participants if _is_agent(one) and _get_status(one) == ANSWERED]
    recording = find_part(call, "recording")
    state = _find_state(call, customer, is_taken=bool(taken_by), is_recorded=bool(recording))
    return Call(
        id=get_id(call, "id"),
        is_incoming=get_line(call, "direction").lower() != "outgoing",
        number=normalize_number(get_line(customer, "caller_number"), country=country),
        line=normalize_number(get_line(call, "phone_number"), country=country),
        state=state,
        started_at=started_at,
        reported_at=_find_time(call, "updated_time") or reported_at or started_at,
        name=_find_name(customer),
        agent=find_id(call, "assigned_agent_id") or _find_agent(taken_by),
        seconds=_read_seconds(call),
        recording=f"/api/v1/calls/{get_id(call, 'id')}/recording" if recording else "",
    )


def _find_state(call: Fields, customer: Fields, *, is_taken: bool, is_recorded: bool) -> CallState:
    is_over = call.get("bill_duration") is not None or _get_status(customer) == NOT_ANSWERED
    if is_taken:
        return CallState.ENDED if is_over else CallState.ANSWERED
    if not is_over:
        return CallState.RINGING
    return CallState.VOICEMAIL if is_recorded else CallState.MISSED


def _is_agent(participant: Fields) -> bool:
    """Return True for an agent's leg. onCallCreate names the type for agents only."""
    kind = get_line(participant, "participant_type").lower()
    return kind == AGENT or (not kind and "caller_number" not in participant)


def _get_status(participant: Fields) -> object:
    return participant.get("call_status")


def _find_agent(taken_by: list[Fields]) -> str:
    return find_id(taken_by[-1], "participant_id") if taken_by else ""


def _find_name(customer: Fields) -> str:
    """Return the caller's name; Freshcaller repeats the number if it knows none."""
    name = get_line(customer, "caller_name")
    return "" if name == get_line(customer, "caller_number") else name


def _read_seconds(call: Fields) -> int | None:
    found = call.get("bill_duration")
    if not isinstance(found, int | float) or isinstance(found, bool) or not isfinite(found):
        return None
    minutes = get_line(call, "bill_duration_unit").startswith("minute")
    return max(0, round(found * 60 if minutes else found))


def _find_time(call: Fields, name: str) -> datetime | None:
    return read_time(call[name]) if call.get(name) else None


def read_users(pages: list[Fields]) -> dict[str, str]:
    """Return the email addresses of Freshcaller's users by their IDs."""
    users = [user for page in pages for user in list_parts(page, "users")]
    found = {find_id(user, "id"): get_line(user, "email").lower() for user in users}
    return {user_id: email for user_id, email in found.items() if user_id and email}


CONNECTED = frozenset({"available", "online", "on call", "busy", "in call", "acw", "wrap up"})


def read_statuses(body: Fields) -> dict[str, bool]:
    """Return which users are connected, by their IDs: available, on a call or wrapping one up."""
    return {
        find_id(one, "user_id") or find_id(one, "id"): _is_connected(one)
        for one in list_parts(body, "user_statuses")
    }


def _is_connected(status: Fields) -> bool:
    words = get_line(status, "status").lower().replace("_", " ").replace("-", " ")
    return bool(status.get("available")) or bool(status.get("on_call")) or words in CONNECTED
