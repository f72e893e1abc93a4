"""Escalation to the next level, and giving a ticket back to a lower one (M8, M9, M18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent, Level
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, EmptyTextError, IncompleteRecordError
from tickets.events import EventKind
from tickets.models import (
    EscalationCause,
    State,
    Ticket,
    TicketEvent,
    TroubleshootingRecord,
)
from tickets.rules.transitions import apply_transition
from tickets.rules.troubleshooting import list_missing
from tickets.services.common import require_writer
from tickets.services.troubleshooting import (
    Expected,
    find_record,
    get_record_fields,
    update_record,
)

LEVELS = list(Level)
NEXT_LEVEL = {Level.L1: Level.L2, Level.L2: Level.RND, Level.RND: Level.RND}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Information gathered before an escalation.

    agent: who wrote it. fields: of the troubleshooting record; those not given stay. version: the
    one that the agent saw. incomplete: why it is escalated although something is missing.
    """

    agent: Agent
    fields: Mapping[str, str] = field(default_factory=dict)
    version: Expected = None
    incomplete: str = ""


def can_escalate(ticket: Ticket) -> bool:
    """Return True if there is a level to escalate an open ticket to, or to send it back to."""
    is_at_the_end = ticket.level == Level.RND and ticket.status == State.ESCALATED
    return ticket.status != State.CLOSED and not is_at_the_end


def list_levels_below(level: Level) -> list[Level]:
    """Return the levels below a level, the nearest first."""
    return LEVELS[: LEVELS.index(level)][::-1]


def list_lower_levels(ticket: Ticket) -> list[Level]:
    """Return the levels that a ticket can be given back to, the nearest first."""
    return [] if ticket.status == State.CLOSED else list_levels_below(Level(ticket.level))


def escalate(
    *,
    ticket_id: int,
    by: Actor,
    at: datetime,
    why: str = "",
    cause: EscalationCause | str = "",
    gathered: Gathered | None = None,
    expected: str = "",
) -> Ticket:
    """Escalate a ticket from any open state: state Escalated, level L1 to L2 to R&D.

    cause: "" if it isn't known. expected: the level that the caller saw, if it matters, so that a
    form that is sent twice escalates once. A defect goes to R&D with a complete troubleshooting
    record, or with a reason why it isn't. Raises NotAllowedError, InvalidTransitionError,
    ConflictError, and IncompleteRecordError.
    """
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at, new=TroubleshootingRecord)
        before = Level(change.ticket.level)
        _require_level(change, expected)
        held_by = change.ticket.assignee_id
        status = apply_transition(change, "escalate")
        if before == NEXT_LEVEL[before] and status[0] == State.ESCALATED:
            raise ConflictError(
                _("%(level)s has the ticket already.")
                % {"level": change.ticket.desk.word_for_level(before)}
            )
        after = NEXT_LEVEL[before]
        known = _check_record(change, gathered, cause=cause, after=after)
        change.set(level=after)
        change.touch()
        level = [before.value, after.value]
        data = {"status": status, "level": level, "why": why, "held_by": held_by}
        change.record(EventKind.ESCALATED, data | {"cause": str(cause)} | known)
        change.save()
    return change.ticket


def _check_record(
    change: Change, gathered: Gathered | None, *, cause: str, after: Level
) -> dict[str, object]:
    """Save what was gathered; return what the event says about it."""
    if gathered is not None:
        record = update_record(change, gathered.agent, gathered.fields, expected=gathered.version)
    else:
        record = find_record(change.ticket.pk)
    found: dict[str, object] = {"record": record.version} if record else {}
    if cause != EscalationCause.DEFECT or after != Level.RND:
        return found
    missing = list_missing(get_record_fields(record))
    incomplete = gathered.incomplete.strip() if gathered else ""
    if missing and not incomplete:
        raise IncompleteRecordError(missing)
    return found | ({"missing": missing, "incomplete": incomplete} if missing else {})


def give_back(
    *,
    ticket_id: int,
    by: Actor,
    at: datetime,
    why: str,
    level: Level | str = "",
    expected: str = "",
) -> Ticket:
    """Give a ticket back to a lower level, by default the nearest, with a reason.

    It is no longer Escalated. expected: as in ``escalate``. Raises NotAllowedError, EmptyTextError,
    and ConflictError if that level isn't below the ticket's.
    """
    require_writer(by)
    if not why.strip():
        raise EmptyTextError(_("Enter why you're giving the ticket back."))
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket = change.ticket
        _require_level(change, expected)
        lower = list_lower_levels(ticket)
        after = Level(level) if level else next(iter(lower), None)
        if after not in lower or after is None:
            raise ConflictError(_("The ticket can't be given back to that level."))
        data: dict[str, object] = {"level": [ticket.level, after.value], "why": why}
        data["held_by"] = find_holder(ticket, after)
        if ticket.status == State.ESCALATED:
            data["status"] = apply_transition(change, "investigate")
        change.set(level=after)
        change.touch()
        change.record(EventKind.GIVEN_BACK, data)
        change.save()
    return ticket


def _require_level(change: Change, expected: str) -> None:
    """Raise ConflictError unless the ticket has the level that the caller saw."""
    ticket = change.ticket
    if expected and expected != ticket.level:
        raise ConflictError(
            _("The ticket moved to %(level)s in the meantime.")
            % {"level": ticket.desk.word_for_level(ticket.level)}
        )


def find_holder(ticket: Ticket, level: Level) -> int | None:
    """Return the id of the agent who had the ticket when it last left a level, or None."""
    escalated = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.ESCALATED)
    for event in escalated.order_by("-pk"):
        if event.data["level"][0] == level:
            held_by: int | None = event.data.get("held_by")
            return held_by
    return None
