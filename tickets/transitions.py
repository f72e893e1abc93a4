"""Roles and the transitions of the state machine that each may make.

tests/tickets/test_transitions.py walks through state x transition x role.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from tickets.actors import CONTACT_ROLE, DESK_ROLES, SYSTEM_ROLE
from tickets.changes import Change
from tickets.errors import InvalidTransitionError, NotAllowedError
from tickets.models import NO_DEADLINE, CloseReason, State, Ticket

TRANSITION_ROLES: dict[str, frozenset[str]] = {
    "investigate": DESK_ROLES,
    "wait_for_customer": DESK_ROLES,
    "escalate": DESK_ROLES,
    "customer_responds": frozenset({CONTACT_ROLE}),
    "close": DESK_ROLES | {CONTACT_ROLE},
    "close_for_silence": frozenset({SYSTEM_ROLE}),
    "reopen": DESK_ROLES,
}


def apply_transition(change: Change, name: str, *, reason: str = "") -> list[str]:
    """Move a locked ticket to its next state, with the related times.

    Returns [state before, state after] for the event. Raises NotAllowedError for the role,
    InvalidTransitionError for the state.
    """
    ticket = change.ticket
    if change.by.role not in TRANSITION_ROLES[name]:
        raise NotAllowedError(
            _("%(name)s doesn't have permission to change this ticket's status.")
            % {"name": change.by.name}
        )
    before = ticket.status
    transition = getattr(ticket, name)
    if not can_proceed(transition):
        word = ticket.desk.word_for(ticket.word_key)
        raise InvalidTransitionError(name, word, ticket.list_transitions())
    transition()
    change.mark_unsaved("status")
    change.set(**_list_times(ticket, at=change.at, reason=reason))
    return [before, ticket.status]


def _list_times(ticket: Ticket, *, at: datetime, reason: str) -> dict[str, object]:
    """Return the fields that follow from the new state."""
    desk = ticket.desk
    waits, is_closed = ticket.status == State.WAITING, ticket.status == State.CLOSED
    reminder_after = desk.reminder_after
    reminds = waits and reminder_after is not None and reminder_after < desk.silence
    may_reopen = is_closed and reason != CloseReason.SPAM
    return {
        "waiting_since": at if waits else None,
        "close_at": at + desk.silence if waits else None,
        "remind_at": at + reminder_after if reminds and reminder_after else None,
        "closed_at": at if is_closed else None,
        "due_at": NO_DEADLINE if is_closed else ticket.due_at,
        "close_reason": reason if is_closed else "",
        "reopen_until": at + desk.reopen_window if may_reopen else None,
    }
