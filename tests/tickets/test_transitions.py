"""State x transition x role: the table lists everything that is possible (M12, M108)."""

from __future__ import annotations

import itertools

import pytest
from django_fsm import TransitionNotAllowed

from tests.cast import NOON
from tickets.actors import CONTACT_ROLE, SYSTEM_ROLE, Actor
from tickets.changes import Change
from tickets.errors import InvalidTransitionError, NotAllowedError
from tickets.models import ActorKind, State, Ticket
from tickets.rules.transitions import TRANSITION_ROLES, apply_transition

OPEN, WORKED, WAITS, SENT, DONE = (
    State.OPEN,
    State.INVESTIGATING,
    State.WAITING,
    State.ESCALATED,
    State.CLOSED,
)
DESK = {"analyst", "lead", "admin"}
ROLES = ["analyst", "lead", "admin", "observer", "inactive", CONTACT_ROLE, SYSTEM_ROLE]

# transition: (roles, {from: to}); anything else is refused.
TABLE = {
    "investigate": (DESK | {SYSTEM_ROLE}, {OPEN: WORKED, WAITS: WORKED, SENT: WORKED}),
    "wait_for_customer": (
        DESK | {SYSTEM_ROLE},
        {OPEN: WAITS, WORKED: WAITS, WAITS: WAITS, SENT: WAITS},
    ),
    "escalate": (DESK, {OPEN: SENT, WORKED: SENT, WAITS: SENT, SENT: SENT}),
    "customer_responds": (
        {CONTACT_ROLE},
        {OPEN: OPEN, WORKED: OPEN, WAITS: OPEN, SENT: OPEN, DONE: OPEN},
    ),
    "close": (DESK | {CONTACT_ROLE}, {OPEN: DONE, WORKED: DONE, WAITS: DONE, SENT: DONE}),
    "close_for_silence": ({SYSTEM_ROLE}, {WAITS: DONE}),
    "reopen": (DESK | {SYSTEM_ROLE}, {DONE: OPEN}),
    "merge": (DESK, dict.fromkeys(State, DONE)),
    "undo_merge": (DESK, {}),  # nothing here is merged: tests/tickets/test_merging.py
}


def ticket_in(state: State, desk: object) -> Ticket:
    ticket = Ticket(desk=desk)
    ticket.__dict__["status"] = state
    return ticket


@pytest.fixture
def desk(rocket):
    return rocket.desk


def test_the_table_names_every_transition() -> None:
    moves = {move.name for move in Ticket().get_all_status_transitions()}
    assert set(TABLE) == set(TRANSITION_ROLES) == moves


def test_every_state_with_every_transition_and_every_role(desk) -> None:
    for state, transition, role in itertools.product(State, TABLE, ROLES):
        roles, targets = TABLE[transition]
        ticket = ticket_in(state, desk)
        by = Actor(ActorKind.AGENT, 1, role, role)
        if role not in roles:
            with pytest.raises(NotAllowedError):
                apply_transition(Change(ticket, by=by, at=NOON), transition)
        elif state not in targets:
            with pytest.raises(InvalidTransitionError) as refused:
                apply_transition(Change(ticket, by=by, at=NOON), transition)
            assert refused.value.allowed == sorted(m for m, (_, t) in TABLE.items() if state in t)
        else:
            assert apply_transition(
                Change(ticket, by=by, at=NOON), transition, reason="solved"
            ) == [state, targets[state]]
        expected = targets.get(state, state) if role in roles else state
        assert ticket.status == expected, (state, transition, role)


def test_the_state_cannot_be_set_past_the_machine(desk) -> None:
    ticket = ticket_in(OPEN, desk)
    with pytest.raises(AttributeError):
        ticket.status = DONE
    with pytest.raises(TransitionNotAllowed):
        ticket.reopen()
