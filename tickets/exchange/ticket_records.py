"""A ticket's own columns, from its record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import Level
from tickets.exchange.lookups import Lookups
from tickets.exchange.mapping import fold
from tickets.exchange.values import Values
from tickets.models import Channel, CloseReason, Impact, State, Ticket
from tickets.models.imports import MAX_NUMBER
from tickets.rules.transitions import list_silence_times

CHANNELS = {
    "mail": Channel.EMAIL,
    "web form": Channel.WEB,
    "webform": Channel.WEB,
    "web_widget": Channel.WEB,
    "portal": Channel.WEB,
    "voice": Channel.PHONE,
    "call": Channel.PHONE,
    "messaging": Channel.CHAT,
    "live chat": Channel.CHAT,
    "x": Channel.TWITTER,
    **{channel.value: channel for channel in Channel},
}
# Columns that an update by a later file may set to nothing.
EMPTIED = frozenset({"closed_at", "close_at", "remind_at", "waiting_since", "reopen_until"})


class Written(NamedTuple):
    """A message as the times of its ticket depend on it."""

    at: datetime
    is_by_customer: bool
    is_automatic: bool


def read_ticket(values: Values, lookups: Lookups, contact_id: int) -> dict[str, Any]:
    """Return the columns of a ticket by name, without its number and desk."""
    created = values.time("created_at", values.at)
    updated = max(created, values.time("updated_at", created))
    columns = {
        "subject": values.line("subject", 250, "(no subject)"),
        "channel": read_channel(values),
        "priority_id": lookups.find_priority(values),
        "department_id": lookups.find_department(values),
        "product_id": _find_product(values, lookups),
        "level": values.choice("level", Level.values, Level.L1),
        "impact": values.choice("impact", Impact.values, ""),
        "contact_id": contact_id,
        "account_id": lookups.find_account(values, contact_id),
        "is_unverified": values.flag("unverified"),
        "fields": lookups.read_fields(values),
        "language": values.line("language", 35),
        "created_at": created,
        "updated_at": updated,
        "first_responded_at": values.find_time("first_responded_at"),
    }
    columns |= _read_state(values, lookups, since=updated)
    return columns | _read_assignee(values, lookups, str(columns["status"]))


def read_number(values: Values) -> str:
    """Return the ticket's number as people know it from the source."""
    return values.line("number", MAX_NUMBER) or values.source_id[:MAX_NUMBER]


def read_channel(values: Values) -> str:
    word = values.line("channel", 100)
    found = CHANNELS.get(fold(word))
    if word and found is None:
        values.note("unknown_channel", value=word)
    return str(found or Channel.EMAIL)


def _find_product(values: Values, lookups: Lookups) -> int | None:
    word = values.line("product", 80)
    found = lookups.products.get(fold(word)) if word else None
    if word and found is None:
        values.note("bad_value", field="product", value=word)
    return found


def _read_state(values: Values, lookups: Lookups, *, since: datetime) -> dict[str, Any]:
    """Return the state and its times. A ticket that is waiting waits from the import on."""
    word = values.line("state", 100)
    state = lookups.into.mapping.find_state(word) if word else State.OPEN
    if state is None:
        values.note("unknown_state", value=word)
    state = State.CLOSED if values.flag("is_merged") else State(state or State.OPEN)
    columns: dict[str, Any] = dict.fromkeys(EMPTIED)
    columns |= {"status": state.value, "close_reason": ""}
    if state == State.WAITING:
        times = list_silence_times(Ticket(desk=lookups.into.desk), since=values.at, at=values.at)
        columns |= {"close_at": times.close_at, "remind_at": times.remind_at}
        columns["waiting_since"] = values.time("waiting_since", since)
    if state == State.CLOSED:
        merged = values.flag("is_merged")
        reason = values.choice("close_reason", CloseReason.values, CloseReason.SOLVED)
        columns["close_reason"] = CloseReason.MERGED if merged else reason
        columns["closed_at"] = values.time("closed_at", since)
        columns["reopen_until"] = values.find_time("reopen_until", is_future_allowed=True)
    return columns


def _read_assignee(values: Values, lookups: Lookups, state: str) -> dict[str, Any]:
    """Return the assignee. Of an open ticket, only one who can work on it."""
    agent_id = lookups.find_agent(values, "assignee")
    is_possible = state == State.CLOSED or agent_id in lookups.active_agents
    return {"assignee_id": agent_id if is_possible else None}


def read_times(state: str, written: Collection[Written]) -> dict[str, Any]:
    """Return when the first response was, and since when the customer waits for a reply."""
    said = sorted(each for each in written if not each.is_automatic)
    start = next((each.at for each in said if each.is_by_customer), None)
    replies = [each.at for each in said if not each.is_by_customer]
    first = next((at for at in replies if start is None or at >= start), None)
    last = replies[-1] if replies else None
    unanswered = next(
        (each.at for each in said if each.is_by_customer and (last is None or each.at > last)), None
    )
    is_owed = state not in (State.CLOSED, State.WAITING)
    return {"first_responded_at": first, "unanswered_since": unanswered if is_owed else None}
