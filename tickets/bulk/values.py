"""The values of a ticket that a bulk change can set, as they were before and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agent, Department
from tickets.actors import Actor
from tickets.errors import ConflictError, ServiceError
from tickets.models import Priority, State, Tag, Ticket
from tickets.services import (
    assign,
    change_department,
    change_priority,
    change_status,
    end_hold,
    hold_ticket,
    reopen,
    set_tags,
)
from tickets.services.tags import list_tags

Values = dict[str, Any]


def read_values(ticket: Ticket) -> Values:
    """Return the present values. Read the ticket again after a change."""
    return {
        "department": ticket.department_id,
        "priority": ticket.priority_id,
        "assignee": ticket.assignee_id,
        "tags": sorted(tag.pk for tag in list_tags(ticket)),
        "hold": ticket.hold_until.isoformat() if ticket.hold_until else None,
        "hold_reason": ticket.hold_reason,
        "status": ticket.status,
    }


def compare(before: Values, after: Values) -> tuple[Values, Values]:
    """Return the values that differ, before and after."""
    names = [name for name in before if before[name] != after.get(name)]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


@dataclass(frozen=True, slots=True)
class Restoring:
    """A ticket whose values are restored, by whom and when."""

    ticket: Ticket
    agent: Agent
    at: datetime

    @property
    def given(self) -> dict[str, Any]:
        return {"ticket_id": self.ticket.pk, "by": Actor.of(self.agent), "at": self.at}


def restore_values(restoring: Restoring, before: Values, after: Values) -> None:
    """Give a locked ticket back the values from before a bulk change.

    Raises ConflictError if one of them was changed since, and ServiceError for a value that can't
    come back. The caller rolls back.
    """
    present = read_values(restoring.ticket)
    if any(present[name] != value for name, value in after.items()):
        raise ConflictError(_("The ticket was changed after the bulk change."))
    for name, restore in RESTORERS.items():
        if name in before:
            restore(restoring, before)


def _restore_status(restoring: Restoring, before: Values) -> None:
    wanted, given = before["status"], restoring.given
    present = restoring.ticket.status
    if present == State.CLOSED:
        present = reopen(**given).status
    if wanted == present:
        return
    move = {State.INVESTIGATING: "investigate", State.WAITING: "wait_for_customer"}.get(wanted)
    if move is None:
        word = restoring.ticket.desk.word_for(wanted)
        text = _("The status can't be changed back to %(status)s.")
        raise ServiceError(text % {"status": word})
    change_status(**given, move=move)


def _restore_department(restoring: Restoring, before: Values) -> None:
    found = Department.objects.filter(pk=before["department"]).first()
    if found is None:
        raise ServiceError(_("The previous department no longer exists."))
    change_department(**restoring.given, department=found)


def _restore_priority(restoring: Restoring, before: Values) -> None:
    change_priority(**restoring.given, priority=Priority.objects.get(pk=before["priority"]))


def _restore_assignee(restoring: Restoring, before: Values) -> None:
    wanted = before["assignee"]
    agent = Agent.objects.filter(pk=wanted).first() if wanted else None
    assign(**restoring.given, agent=agent)


def _restore_tags(restoring: Restoring, before: Values) -> None:
    set_tags(**restoring.given, tags=Tag.objects.filter(pk__in=before["tags"]))


def _restore_hold(restoring: Restoring, before: Values) -> None:
    until = datetime.fromisoformat(before["hold"]) if before["hold"] else None
    why = before.get("hold_reason", restoring.ticket.hold_reason)
    if until and until > restoring.at:
        hold_ticket(**restoring.given, until=until, why=why)
    else:
        end_hold(**restoring.given)


# In this order: a closed ticket is reopened first, and an assignee must see the department.
RESTORERS: dict[str, Callable[[Restoring, Values], None]] = {
    "status": _restore_status,
    "department": _restore_department,
    "priority": _restore_priority,
    "assignee": _restore_assignee,
    "tags": _restore_tags,
    "hold": _restore_hold,
}
