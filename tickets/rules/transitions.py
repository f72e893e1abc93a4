"""Roles and the transitions of the state machine that each may make.

tests/tickets/test_transitions.py walks through state x transition x role.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from tickets.actors import CONTACT_ROLE, DESK_ROLES, SYSTEM_ROLE
from tickets.changes import Change
from tickets.errors import InvalidTransitionError, MissingFieldsError, NotAllowedError
from tickets.fields.definitions import list_missing
from tickets.models import NO_DEADLINE, CloseReason, FormField, State, Ticket

TRANSITION_ROLES: dict[str, frozenset[str]] = {
    # Plumbline puts tickets back when the fix of their defect is released.
    "investigate": DESK_ROLES | {SYSTEM_ROLE},
    "wait_for_customer": DESK_ROLES | {SYSTEM_ROLE},
    "escalate": DESK_ROLES,
    "customer_responds": frozenset({CONTACT_ROLE}),
    "close": DESK_ROLES | {CONTACT_ROLE},
    "close_for_silence": frozenset({SYSTEM_ROLE}),
    # Plumbline undoes a closing for silence if the customer never got the reply.
    "reopen": DESK_ROLES | {SYSTEM_ROLE},
    "merge": DESK_ROLES,
    "undo_merge": DESK_ROLES,
}
FINAL = {CloseReason.SPAM, CloseReason.MERGED}  # no message reopens such a ticket

# States that can require a desk's own fields, by the transition that an agent makes.
TARGETS = {
    "investigate": State.INVESTIGATING,
    "wait_for_customer": State.WAITING,
    "escalate": State.ESCALATED,
    "close": State.CLOSED,
}


def apply_transition(change: Change, name: str, *, reason: str = "") -> list[str]:
    """Move a locked ticket to its next state, with the related times.

    Returns [state before, state after] for the event. Raises NotAllowedError for the role,
    InvalidTransitionError for the state, MissingFieldsError for an agent who left out a field.
    """
    require_transition(change, name, reason=reason)
    ticket, before = change.ticket, change.ticket.status
    getattr(ticket, name)()
    change.mark_unsaved("status")
    change.set(**_list_times(ticket, at=change.at, reason=reason))
    return [before, ticket.status]


def require_transition(change: Change, name: str, *, reason: str = "") -> None:
    """Raise the errors of apply_transition unless the change may move its ticket so."""
    ticket = change.ticket
    if change.by.role not in TRANSITION_ROLES[name]:
        raise NotAllowedError(
            _("%(name)s doesn't have permission to change this ticket's status.")
            % {"name": change.by.name}
        )
    if not can_proceed(getattr(ticket, name)):
        word = ticket.desk.word_for(ticket.word_key)
        raise InvalidTransitionError(name, word, ticket.list_transitions())
    if change.by.role in DESK_ROLES:
        _require_fields(ticket, name, reason)


def list_required_fields(ticket: Ticket, name: str, *, reason: str = "") -> list[FormField]:
    """Return the fields that the ticket lacks for a transition by an agent."""
    status = TARGETS.get(name)
    if status is None or status == ticket.status:
        return []
    return list_missing(ticket, status, reason=reason)


def _require_fields(ticket: Ticket, name: str, reason: str) -> None:
    """Raise MissingFieldsError if the ticket lacks a field that its new status requires."""
    if missing := list_required_fields(ticket, name, reason=reason):
        status = TARGETS[name]
        word = ticket.desk.word_for(status)
        labels, keys = [field.label for field in missing], [field.key for field in missing]
        raise MissingFieldsError(labels, word, keys=keys)


class SilenceTimes(NamedTuple):
    """Times of a waiting ticket: the reminder, and the closing if the customer doesn't reply."""

    close_at: datetime
    remind_at: datetime | None


def list_silence_times(ticket: Ticket, *, since: datetime, at: datetime) -> SilenceTimes:
    """Return the times for a ticket that has been waiting for the customer since a time (M17).

    Neither is before the end of the ticket's hold, or has passed already: the time between the
    reminder and the closing stays.
    """
    desk, earliest = ticket.desk, ticket.hold_until or at
    after = desk.reminder_after
    if after is None or after >= desk.silence:
        return SilenceTimes(max(since + desk.silence, earliest), None)
    close_at = max(since + desk.silence, earliest + desk.silence - after)
    return SilenceTimes(close_at, max(since + after, earliest))


def _list_times(ticket: Ticket, *, at: datetime, reason: str) -> dict[str, object]:
    """Return the fields that follow from the new state."""
    desk = ticket.desk
    waits, is_closed = ticket.status == State.WAITING, ticket.status == State.CLOSED
    silence = list_silence_times(ticket, since=at, at=at) if waits else None
    may_reopen = is_closed and reason not in FINAL
    return {
        "waiting_since": at if waits else None,
        "close_at": silence.close_at if silence else None,
        "remind_at": silence.remind_at if silence else None,
        "closed_at": at if is_closed else None,
        "due_at": NO_DEADLINE if is_closed else ticket.due_at,
        "due_kind": "" if is_closed else ticket.due_kind,
        "unanswered_since": None if is_closed else ticket.unanswered_since,
        "hold_until": None if is_closed else ticket.hold_until,
        "hold_reason": "" if is_closed else ticket.hold_reason,
        "close_reason": reason if is_closed else "",
        "own_close_reason_id": None,
        "reopen_until": at + desk.reopen_window if may_reopen else None,
    }
