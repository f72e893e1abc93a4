"""Reaction of a ticket to the release of its fix, by the desk's setting (M103)."""

from __future__ import annotations

from django.db.models import Subquery

from accounts.models import Level
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Defect, DefectLink, Message, State, Ticket
from tickets.rules.transitions import apply_transition
from tickets.services.escalation import find_holder


def put_back(change: Change, defect: Defect) -> None:
    """Return an open ticket to its analyst to confirm, or wait for the customer.

    What is to be confirmed needs a reply, like a customer's message, and silence doesn't close it.
    A ticket with a message that no agent has answered since it was linked never waits: silence
    would close it unread.
    """
    ticket = change.ticket
    if ticket.status == State.CLOSED:
        return
    if ticket.desk.release_action == "wait" and not _is_unread(ticket, defect):
        if ticket.status != State.WAITING:
            status = apply_transition(change, "wait_for_customer")
            change.record(EventKind.STATUS_CHANGED, {"status": status, "move": "wait_for_customer"})
    else:
        _have_confirmed(change, defect)
    change.touch()


def _is_unread(ticket: Ticket, defect: Defect) -> bool:
    if ticket.unanswered_since is None:
        return False
    linked_at = DefectLink.objects.filter(defect=defect, ticket=ticket).values("linked_at")
    wrote = Message.objects.filter(ticket=ticket, agent__isnull=True, is_automatic=False)
    return wrote.filter(created_at__gt=Subquery(linked_at)).exists()


def _have_confirmed(change: Change, defect: Defect) -> None:
    ticket = change.ticket
    if ticket.level != Level.L1 or ticket.status == State.ESCALATED:
        _give_back(change, defect)
    elif ticket.status == State.WAITING:
        status = apply_transition(change, "investigate")
        change.record(EventKind.STATUS_CHANGED, {"status": status, "move": "investigate"})
    change.set(unanswered_since=ticket.unanswered_since or change.at)
    change.record(EventKind.FIX_TO_CONFIRM, {"defect": defect.pk, "key": defect.key})


def _give_back(change: Change, defect: Defect) -> None:
    ticket = change.ticket
    data: dict[str, object] = {"level": [ticket.level, Level.L1.value], "why": ""}
    data |= {"held_by": find_holder(ticket, Level.L1), "defect": defect.key}
    if ticket.status == State.ESCALATED:
        data["status"] = apply_transition(change, "investigate")
    change.set(level=Level.L1)
    change.record(EventKind.GIVEN_BACK, data)
