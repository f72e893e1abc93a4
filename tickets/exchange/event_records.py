"""Events of imported tickets: only kinds whose facts can be checked, so that pages show them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from accounts.database.inserts import insert_objects
from accounts.models.fields import clean_line
from tickets.actors import SYSTEM
from tickets.events import EventKind
from tickets.exchange.entries import Group
from tickets.exchange.lookups import Lookups
from tickets.exchange.records import read_id
from tickets.exchange.slices import CREATED, UNCHANGED, Row
from tickets.exchange.values import Values
from tickets.models import ActorKind, CloseReason, State, TicketEvent

Check = Callable[[Any, Lookups], Any]
MAX_WORDS = 250
IMPORTED = "imported"  # the fact that marks an event as one from elsewhere, with a time of its own


class BadFactsError(Exception):
    """The facts of an event aren't those of its kind."""


def _text(value: Any, lookups: Lookups) -> str:
    if not isinstance(value, str | None):
        raise BadFactsError
    return clean_line(value or "")[:MAX_WORDS]


def _pair(value: Any, lookups: Lookups) -> list[str]:
    if not isinstance(value, list) or len(value) != 2:
        raise BadFactsError
    return [_text(each, lookups) for each in value]


def _pair_of(name: str) -> dict[str, Check]:
    return {name: _pair}


def _states(value: Any, lookups: Lookups) -> list[str]:
    pair = _pair(value, lookups)
    if not set(pair) <= set(State.values):
        raise BadFactsError
    return pair


def _texts(value: Any, lookups: Lookups) -> list[str]:
    if not isinstance(value, list) or len(value) > 100:
        raise BadFactsError
    return [_text(each, lookups) for each in value]


def _flag(value: Any, lookups: Lookups) -> bool:
    return value is True


def _reason(value: Any, lookups: Lookups) -> str:
    return value if value in CloseReason.values else CloseReason.SOLVED.value


def _entry(kind: str) -> Check:
    def check(value: Any, lookups: Lookups) -> int:
        found = lookups.into.known.get_id(kind, str(value))
        if found is None:
            raise BadFactsError
        return found

    return check


MESSAGE: dict[str, Check] = {"message": _entry("message")}
WITH_STATES: dict[str, Check] = {"status": _states}
# Facts of each kind: needed ones, and others with what stands for a missing one.
NEEDED: dict[str, dict[str, Check]] = {
    EventKind.TICKET_OPENED: MESSAGE,
    EventKind.CUSTOMER_RESPONDED: MESSAGE | WITH_STATES,
    EventKind.AGENT_REPLIED: MESSAGE | WITH_STATES,
    EventKind.MACHINE_RESPONDED: MESSAGE,
    EventKind.ANSWERED_OUTSIDE: MESSAGE,
    EventKind.NOTE_ADDED: {"note": _entry("note")},
    EventKind.STATUS_CHANGED: WITH_STATES,
    EventKind.TICKET_CLOSED: WITH_STATES,
    EventKind.TICKET_REOPENED: WITH_STATES,
    EventKind.ASSIGNED: _pair_of("names"),
    EventKind.PRIORITY_CHANGED: _pair_of("priority"),
    EventKind.DEPARTMENT_CHANGED: _pair_of("department"),
    EventKind.PRODUCT_CHANGED: _pair_of("product"),
    EventKind.TAGS_CHANGED: {"added": _texts, "removed": _texts},
    EventKind.SUBJECT_CHANGED: {"subject": _text, "was_subject": _text},
}
OPTIONAL: dict[str, dict[str, tuple[Check, Any]]] = {
    EventKind.TICKET_OPENED: {
        "subject": (_text, ""),
        "priority": (_text, ""),
        "unverified": (_flag, False),
        "follow_up_of": (lambda value, lookups: None, None),
    },
    EventKind.AGENT_REPLIED: {"is_first": (_flag, False)},
    EventKind.TICKET_CLOSED: {"reason": (_reason, CloseReason.SOLVED.value)},
    EventKind.STATUS_CHANGED: {"move": (_text, "")},
    EventKind.ASSIGNED: {
        "why": (_text, ""),
        "assignee": (lambda value, lookups: [None, None], [None, None]),
    },
    EventKind.DEPARTMENT_CHANGED: {"why": (_text, "")},
}


def import_events(groups: Collection[Group], lookups: Lookups) -> None:
    """Write the events of saved tickets in the order of their times, without any follower."""
    into = lookups.into
    found = [
        (row, event, group)
        for group in groups
        for row in group.rows
        if row.kind == "event" and (event := _read_event(row, group, lookups))
    ]
    found.sort(key=lambda each: each[1].at)
    insert_objects(event for _, event, _ in found)
    for row, event, group in found:
        into.known.put("event", row.source_id, event.pk, into.digest(row))
        into.count("event", CREATED)
        group.has_news = True


def _read_event(row: Row, group: Group, lookups: Lookups) -> TicketEvent | None:
    into = lookups.into
    if into.known.get_id("event", row.source_id) or into.known.is_gone("event", row.source_id):
        into.count("event", UNCHANGED)  # what happened doesn't change
        return None
    values = into.read(row)
    kind = values.line("event", 100)
    if kind not in NEEDED:
        into.refuse(row, "unknown_event", value=kind)
        return None
    try:
        data = _read_facts(kind, values, lookups)
    except BadFactsError:
        into.refuse(row, "bad_event")
        return None
    at: datetime = values.time("at", group.ticket.created_at)
    into.keep(values)
    channel = str(getattr(group.ticket, "channel", "")) if kind == EventKind.TICKET_OPENED else ""
    return TicketEvent(
        desk_id=into.run.desk_id, ticket=group.ticket, kind=kind, at=at, data=data,
        channel=channel, **_read_actor(values, lookups),
    )  # fmt: skip


def _read_facts(kind: str, values: Values, lookups: Lookups) -> dict[str, Any]:
    given = values.object("data")
    data = {name: check(given.get(name), lookups) for name, check in NEEDED[kind].items()}
    for name, (check, default) in OPTIONAL.get(kind, {}).items():
        data[name] = check(given[name], lookups) if name in given else default
    return data | {IMPORTED: True}


def _read_actor(values: Values, lookups: Lookups) -> dict[str, Any]:
    given = values.object("actor")
    kind, name = given.get("kind"), given.get("name")
    name = clean_line(name)[:120] if isinstance(name, str) else ""
    if kind in (ActorKind.AGENT, ActorKind.CONTACT):
        found = lookups.into.known.get_id(kind, read_id(given.get("id")))
        return {"actor_kind": kind, "actor_id": found, "actor_name": name}
    return {"actor_kind": ActorKind.SYSTEM, "actor_id": None, "actor_name": name or SYSTEM.name}
