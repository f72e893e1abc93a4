"""Which role may fire which move of the state machine. tests/tickets/test_moves.py walks state x move x role."""

from __future__ import annotations

from datetime import datetime

from django_fsm import can_proceed

from tickets.actors import CONTACT_ROLE, DESK_ROLES, SYSTEM_ROLE, Actor
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


def apply_transition(
    ticket: Ticket, move: str, *, by: Actor, at: datetime, reason: str = ""
) -> list[str]:
    """Fire a move on a locked ticket and set the times that go with the new state; does not save.

    Gives [state before, state after] for the event. Raises NotAllowedError for the role, InvalidTransitionError for the state.
    """
    if by.role not in TRANSITION_ROLES[move]:
        raise NotAllowedError(f"{by.name} may not {move.replace('_', ' ')}.")
    before = ticket.status
    fire = getattr(ticket, move)
    if not can_proceed(fire):
        raise InvalidTransitionError(move, State(before).label, ticket.list_transitions())
    fire()
    _set_times(ticket, at=at, reason=reason)
    return [before, ticket.status]


def _set_times(ticket: Ticket, *, at: datetime, reason: str) -> None:
    desk = ticket.desk
    waits, is_closed = ticket.status == State.WAITING, ticket.status == State.CLOSED
    ticket.waiting_since = at if waits else None
    ticket.close_at = at + desk.silence if waits else None
    reminds = waits and desk.reminder_after is not None and desk.reminder_after < desk.silence
    ticket.remind_at = at + desk.reminder_after if reminds and desk.reminder_after else None
    ticket.closed_at = at if is_closed else None
    ticket.due_at = NO_DEADLINE if is_closed else ticket.due_at
    ticket.close_reason = reason if is_closed else ""
    ticket.reopen_until = (
        at + desk.reopen_window if is_closed and reason != CloseReason.SPAM else None
    )
