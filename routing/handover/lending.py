"""Lending: while an agent is off shift, away or on leave, others work on what can't wait.

A lent ticket has one owner and one current holder, its assignee. What can't wait is a ticket of the
desk's highest priority, or one with a reply promised for a time before its agent is back. It goes
back as soon as the owner is there; the rest stays with its agent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.database.rows import fetch_rows
from accounts.models import Agent, Desk
from routing.assignment import pick_agent
from routing.availability import find_shift_end
from routing.candidates import list_candidates, list_members, list_staff
from routing.claims import URGENT_RANK
from routing.handover.notes import make_note
from routing.handover.roll_call import Absence, Roll, call_roll
from routing.handover.rows import end_handover, record_handover
from routing.loads import STATES
from routing.models import HandoverCause
from tickets.access import can_see_ticket
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.models import QueueRow, SweepKind, Ticket
from tickets.sentences.reasons import ReasonCode, make_reason
from tickets.services.common import require_writer
from tickets.services.properties import record_assignment
from tickets.sweeping import Sweep

BATCH = 200
Lane = tuple[str, int]  # a level, and the ID of a department
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # before the deadline that stands for none
PROMISES = "'first_response', 'next_response', 'update', 'promised_update'"

# Tickets of absent agents on which the desk has the next move, where others are there to take them:
# those of a department without staff must not fill the batch. Each part has an index of its own.
STAFFED = """
(%(anywhere)s::bool OR EXISTS (
  SELECT FROM unnest(%(levels)s::text[], %(departments)s::bigint[]) AS there(level, department_id)
  WHERE there.level = q.level
    AND (q.department_id IS NULL OR there.department_id = q.department_id)))
""".strip()
ALL_DUE = f"""
WITH absent AS (
  SELECT * FROM unnest(%(agents)s::bigint[], %(backs)s::timestamptz[], %(away)s::bool[],
    %(on_call)s::bool[]) AS given(agent_id, back, is_away, is_on_call)
), urgent AS (
  SELECT id FROM tickets_priority WHERE desk_id = %(desk)s AND rank = {URGENT_RANK}
)
SELECT q.ticket_id, q.due_at FROM absent JOIN tickets_queuerow q
  ON q.desk_id = %(desk)s AND q.assignee_id = absent.agent_id AND q.due_at < absent.back
WHERE q.is_open AND q.status IN ({STATES}) AND q.due_kind IN ({PROMISES}) AND {STAFFED}
  AND NOT (absent.is_on_call AND q.priority_id IN (SELECT id FROM urgent))
UNION
SELECT q.ticket_id, q.due_at FROM absent JOIN urgent ON NOT absent.is_away AND NOT absent.is_on_call
  JOIN tickets_queuerow q ON q.desk_id = %(desk)s AND q.priority_id = urgent.id
    AND q.assignee_id = absent.agent_id
WHERE q.is_open AND q.status IN ({STATES}) AND {STAFFED}
  AND (q.hold_until IS NULL OR q.hold_until <= %(at)s::timestamptz)
"""  # noqa: S608 (enum values of our own)
DUE = f"{ALL_DUE}ORDER BY due_at, ticket_id LIMIT {BATCH}"
# Asked again under the ticket's lock: a reply or a hold may have come first.
IS_DUE = f"SELECT ticket_id FROM ({ALL_DUE}) AS due WHERE ticket_id = %(ticket)s"  # noqa: S608


def lend_due_tickets(*, desk_id: int, at: datetime) -> int:
    """Hand over up to BATCH tickets that can't wait for their agents; return how many were."""
    desk = Desk.objects.get(pk=desk_id)
    roll = call_roll(desk, at)
    if not roll.absent or not roll.is_anyone_there:
        return 0
    due = find_due_tickets(
        desk_id, list(roll.absent.values()), at, staffed=_list_staffed(desk, roll)
    )
    tickets = QueueRow.objects.filter(desk_id=desk_id, pk__in=due).order_by("due_at", "pk")
    sweep = Sweep(SweepKind.LENDING, tickets, desk_id=desk_id, at=at)
    return sweep.run_each(partial(_lend, roll.absent, at=at), batch=BATCH)


def _list_staffed(desk: Desk, roll: Roll) -> set[Lane]:
    """Return where agents are there to take tickets of others, on shift or on call."""
    return {
        (str(one.agent.level), department_id)
        for one, departments in list_members(desk)
        if one.agent.pk in roll.present or roll.absent[one.agent.pk].is_on_call
        for department_id in departments or {0}
    }


def find_due_tickets(
    desk_id: int,
    absent: Sequence[Absence],
    at: datetime,
    *,
    staffed: Collection[Lane] | None = None,
) -> list[int]:
    """Return the IDs of tickets that can't wait for these agents, most urgent first.

    staffed: only those at these levels in these departments; None for all.
    """
    given = _bind(desk_id, absent, at, staffed)
    return [row["ticket_id"] for row in fetch_rows(DUE, given)]


def _bind(
    desk_id: int, absent: Sequence[Absence], at: datetime, staffed: Collection[Lane] | None
) -> dict[str, Any]:
    lanes = sorted(staffed or ())
    return {
        "anywhere": staffed is None,
        "levels": [level for level, _department in lanes],
        "departments": [department for _level, department in lanes],
        "desk": desk_id,
        "at": at,
        "agents": [one.agent_id for one in absent],
        "backs": [one.back or NEVER for one in absent],
        "away": [one.is_away for one in absent],
        "on_call": [one.is_on_call for one in absent],
    }


def _lend(absent: Mapping[int, Absence], ticket_id: int, *, at: datetime) -> int:
    change = Change.open(ticket_id, by=SYSTEM, at=at)
    ticket = change.ticket
    absence = absent.get(ticket.assignee_id or 0)
    if absence is None or not _is_due(ticket, absence, at):
        return 0
    is_lent = lend_ticket(change, absence)
    change.save()
    return int(is_lent)


def _is_due(ticket: Ticket, absence: Absence, at: datetime) -> bool:
    given = _bind(ticket.desk_id, [absence], at, staffed=None)
    return bool(fetch_rows(IS_DUE, given | {"ticket": ticket.pk}))


def lend_ticket(change: Change, absence: Absence) -> bool:
    """Hand a locked ticket over to an agent who is there. Return False if nobody can take it."""
    ticket, sender = change.ticket, change.ticket.assignee
    candidates = list_candidates(ticket)
    pick = pick_agent(candidates, ticket, at=change.at, without={absence.agent_id})
    if pick.agent is None or sender is None:
        return False
    owner = ticket.owner or sender
    cause = HandoverCause.REPLY_DUE if absence.is_away else HandoverCause.SHIFT_END
    note = make_note(ticket)
    if pick.agent == owner:
        _give(change, owner, owner=None, reason=_explain_return(owner))
        end_handover(change)
        return True
    reason = make_reason(
        ReasonCode.LENT,
        agent=str(pick.agent),
        owner=str(owner),
        cause=cause.value,
        until=absence.back.isoformat() if absence.back else "",
    )
    _give(change, pick.agent, owner=owner, reason=reason)
    until = _find_end(ticket.desk, pick.agent, change.at)
    record_handover(
        change, sender=sender, cause=cause, note=note, until=absence.back, alarm_at=until
    )
    return True


def _find_end(desk: Desk, agent: Agent, at: datetime) -> datetime:
    """Return the end of an agent's shift: by then they have accepted a ticket, or leads are told.

    A day later if the shift has no end, or the agent is only on call.
    """
    facts = next(one.facts for one in list_staff(desk) if one.agent.pk == agent.pk)
    return find_shift_end(facts, at) or at + timedelta(days=1)


def _give(
    change: Change, agent: Agent | None, *, owner: Agent | None, reason: dict[str, Any]
) -> None:
    ticket, before, owned = change.ticket, change.ticket.assignee, change.ticket.owner_id
    change.set(assignee=agent, owner=owner, route_reasons=[*ticket.route_reasons[:1], reason])
    record_assignment(
        change,
        before=before,
        by=SYSTEM,
        reason=reason,
        more={"owner": [owned, owner and owner.pk]},
    )


def _explain_return(owner: Agent) -> dict[str, Any]:
    return make_reason(ReasonCode.HANDED_BACK, agent=str(owner))


def list_lent_tickets() -> QuerySet[Ticket]:
    """Return the lent tickets, open or closed."""
    return Ticket.objects.filter(owner__isnull=False)


def hand_back_tickets(*, desk_id: int, at: datetime) -> int:
    """Hand up to BATCH lent tickets back to owners who are there again; return how many were.

    If an owner no longer works here, or may no longer see the ticket, the holder keeps it.
    """
    desk = Desk.objects.get(pk=desk_id)
    roll = call_roll(desk, at)
    back = list_lent_tickets().filter(desk_id=desk_id).exclude(owner_id__in=roll.absent)
    sweep = Sweep(SweepKind.HANDING_BACK, back.order_by("pk"), desk_id=desk_id, at=at)
    return sweep.run_each(partial(_hand_back, set(roll.present), at=at), batch=BATCH)


def _hand_back(present: set[int], ticket_id: int, *, at: datetime) -> int:
    change = Change.open(ticket_id, by=SYSTEM, at=at)
    ticket, owner = change.ticket, change.ticket.owner
    if owner is None:
        return 0
    if obstacle := find_obstacle(owner, ticket):
        _give(change, ticket.assignee, owner=None, reason=obstacle)
    elif owner.pk in present:
        _give(change, owner, owner=None, reason=_explain_return(owner))
    else:
        return 0
    end_handover(change)
    change.save()
    return 1


def find_obstacle(owner: Agent, ticket: Ticket) -> dict[str, Any]:
    """Return the reason why a lent ticket can't go back to its owner, or {}.

    The owner no longer works on tickets, or the ticket was moved to a department that is hidden
    from them meanwhile: its return would reveal it.
    """
    if not owner.can_write:
        holder = str(ticket.assignee or "–")
        return make_reason(ReasonCode.OWNER_LEFT, agent=holder, owner=str(owner))
    if not can_see_ticket(owner, department_id=ticket.department_id, assignee_id=None):
        return make_reason(
            ReasonCode.NOT_A_MEMBER, agent=str(owner), department=str(ticket.department)
        )
    return {}


def take_over(*, ticket_id: int, agent: Agent, at: datetime) -> Ticket:
    """Let an agent work on a lent ticket in place of its holder; its owner stays the owner.

    An owner who takes it over has it back. Raises NotAllowedError for an observer, and
    ConflictError if the ticket isn't lent, or the agent holds it already.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket, sender, owner = change.ticket, change.ticket.assignee, change.ticket.owner
        if owner is None or sender == agent:
            raise ConflictError(_("This ticket isn't handed over to another agent."))
        is_back = agent == owner
        change.set(assignee=agent, owner=None if is_back else owner)
        more = {"owner": [owner.pk, None if is_back else owner.pk]}
        record_assignment(change, before=sender, by=by, more=more)
        if is_back:
            end_handover(change)
        else:
            record_handover(
                change,
                sender=sender,
                cause=HandoverCause.TAKEN_OVER,
                note=make_note(ticket),
                claimed_at=at,
            )
        change.save()
    return ticket
