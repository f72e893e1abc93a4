"""What an agent may do with a ticket now: only what the state machine and the role allow."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Agent
from tickets.models import State, Ticket

# From a move that needs no words to its name on a button and its icon.
MOVE_WORDS = {"investigate": ("Investigate", "magnifying-glass"), "wait_for_customer": ("Wait", "pause")}


def list_actions(ticket: Ticket, agent: Agent) -> dict[str, list[dict[str, Any]]]:
    """The context of agent/ticket/_actions.html; nothing for an observer."""
    if not agent.may_write:
        return {"actions": [], "more_actions": []}
    legal = set(ticket.legal_moves())
    actions: list[dict[str, Any]] = []
    if ticket.assignee_id != agent.pk and ticket.status != State.CLOSED:
        actions.append(_take(ticket, agent))
    if "reopen" in legal:
        actions.append(
            {"url": _url("reopening", ticket), "label": "Reopen", "icon": "arrow-uturn-left", "primary": True}
        )
    moves = [_move(ticket, move) for move in MOVE_WORDS if move in legal and not _is_here(ticket, move)]
    more: list[dict[str, Any]] = [*moves[1:]]
    actions.extend(moves[:1])
    if "escalate" in legal:
        actions.append({"href": _url("escalation", ticket), "label": "Escalate", "icon": "arrow-up-circle"})
    if "close" in legal:
        actions.append({"href": _url("closure", ticket), "label": "Close", "icon": "check-circle"})
    return {"actions": actions, "more_actions": more}


def list_next_states(ticket: Ticket) -> list[dict[str, Any]]:
    """What a reply may leave the ticket in (field "next"); waiting for the customer unless it is escalated (M16)."""
    if ticket.status == State.CLOSED:
        return [{"value": "", "label": f"keep {ticket.desk.word_for(ticket.word_key)}", "selected": True}]
    keeps = ticket.status == State.ESCALATED
    states = [{"value": "waiting", "label": ticket.desk.word_for("waiting"), "selected": not keeps}]
    if ticket.status != State.INVESTIGATING:
        states.append(
            {"value": "investigating", "label": ticket.desk.word_for("investigating"), "selected": False}
        )
    states.append({"value": "closed", "label": ticket.desk.word_for("solved"), "selected": False})
    if ticket.status != State.WAITING:
        states.append(
            {"value": "", "label": f"keep {ticket.desk.word_for(ticket.status)}", "selected": keeps}
        )
    return states


def _url(name: str, ticket: Ticket) -> str:
    return reverse(f"agent:{name}", args=[ticket.number])


def _take(ticket: Ticket, agent: Agent) -> dict[str, Any]:
    return {
        "url": _url("assignee", ticket),
        "label": "Take" if ticket.assignee_id is None else "Take over",
        "icon": "hand-raised",
        "primary": ticket.assignee_id is None,
        "name": "assignee",
        "value": agent.pk,
        "keys": "t",
    }


def _move(ticket: Ticket, move: str) -> dict[str, Any]:
    label, icon = MOVE_WORDS[move]
    return {"url": _url("status", ticket), "label": label, "icon": icon, "name": "move", "value": move}


def _is_here(ticket: Ticket, move: str) -> bool:
    return move == "wait_for_customer" and ticket.status == State.WAITING
