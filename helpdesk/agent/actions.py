"""What an agent may do with a ticket now: only what the state machine and the role allow."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Agent
from tickets.models import State, Ticket

# From a move that needs no words to its name on a button and its icon.
MOVE_WORDS = {
    "investigate": ("Investigate", "magnifying-glass"),
    "wait_for_customer": ("Wait", "pause"),
}


def list_actions(ticket: Ticket, agent: Agent) -> dict[str, list[dict[str, Any]]]:
    """The context of agent/ticket/_actions.html; nothing for an observer."""
    if not agent.can_write:
        return {"actions": [], "more_actions": []}
    legal = set(ticket.list_transitions())
    moves = [
        _move(ticket, move) for move in MOVE_WORDS if move in legal and not _is_here(ticket, move)
    ]
    actions = [_take(ticket, agent)] if _may_take(ticket, agent) else []
    if "reopen" in legal:
        actions.append(_button(ticket, "reopening", "Reopen", "arrow-uturn-left", primary=True))
    actions.extend(moves[:1])
    if "escalate" in legal:
        actions.append(_link(ticket, "escalation", "Escalate", "arrow-up-circle"))
    if "close" in legal:
        actions.append(_link(ticket, "closure", "Close", "check-circle"))
    return {"actions": actions, "more_actions": moves[1:]}


def _may_take(ticket: Ticket, agent: Agent) -> bool:
    return ticket.assignee_id != agent.pk and ticket.status != State.CLOSED


def list_next_states(ticket: Ticket) -> list[dict[str, Any]]:
    """What a reply may leave the ticket in (field "next"); waiting for the customer unless it is escalated (M16)."""
    if ticket.status == State.CLOSED:
        return [
            {
                "value": "",
                "label": f"keep {ticket.desk.word_for(ticket.word_key)}",
                "selected": True,
            }
        ]
    keeps = ticket.status == State.ESCALATED
    states = [{"value": "waiting", "label": ticket.desk.word_for("waiting"), "selected": not keeps}]
    if ticket.status != State.INVESTIGATING:
        states.append(
            {
                "value": "investigating",
                "label": ticket.desk.word_for("investigating"),
                "selected": False,
            }
        )
    states.append({"value": "closed", "label": ticket.desk.word_for("solved"), "selected": False})
    if ticket.status != State.WAITING:
        states.append(
            {"value": "", "label": f"keep {ticket.desk.word_for(ticket.status)}", "selected": keeps}
        )
    return states


def _url(name: str, ticket: Ticket) -> str:
    return reverse(f"agent:{name}", args=[ticket.number])


def _button(
    ticket: Ticket, to: str, label: str, icon: str, *, keys: str = "", **facts: Any
) -> dict[str, Any]:
    # keys is always there: without it a template's ``action.keys`` is the method of the dict.
    return {"url": _url(to, ticket), "label": label, "icon": icon, "keys": keys, **facts}


def _link(ticket: Ticket, to: str, label: str, icon: str, *, keys: str = "") -> dict[str, Any]:
    return {"href": _url(to, ticket), "label": label, "icon": icon, "keys": keys}


def _take(ticket: Ticket, agent: Agent) -> dict[str, Any]:
    is_free = ticket.assignee_id is None
    label = "Take" if is_free else "Take over"
    facts = {"primary": is_free, "name": "assignee", "value": agent.pk}
    return _button(ticket, "assignee", label, "hand-raised", keys="t", **facts)


def _move(ticket: Ticket, move: str) -> dict[str, Any]:
    label, icon = MOVE_WORDS[move]
    return _button(ticket, "status", label, icon, name="move", value=move)


def _is_here(ticket: Ticket, move: str) -> bool:
    return move == "wait_for_customer" and ticket.status == State.WAITING
