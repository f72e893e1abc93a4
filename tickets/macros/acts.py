"""The changes that a macro or a bulk change makes: a closed set, stored as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agent, Department, Desk
from tickets.errors import InvalidValueError
from tickets.models import Priority, State

ME, NOBODY = "me", "nobody"
# States that a macro can set, with the transition that leads there.
MOVES = {
    State.INVESTIGATING.value: "investigate",
    State.WAITING.value: "wait_for_customer",
    State.CLOSED.value: "close",
}
MAX_HOLD_DAYS = 365
MAX_TAGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """Changes of a ticket. An empty value changes nothing.

    status: a key of MOVES. assignee: ME, NOBODY or the ID of an agent. hold_days: how long the
    ticket is put on hold, 0 for no hold. reply: a public message, which only the incidents of a
    problem get by themselves (tickets/relations/incidents.py); a macro's own waits for the agent.
    """

    department: int | None = None
    priority: int | None = None
    assignee: int | str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    note: str = ""
    hold_days: int = 0
    hold_reason: str = ""
    reply: str = ""
    status: str = ""

    def __bool__(self) -> bool:
        return self != Acts()

    def to_json(self) -> dict[str, Any]:
        """Return what is stored: the values that change something."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Acts:
        """Return the acts that were stored. A key of a newer version is left out."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        for name in ("add_tags", "remove_tags"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)


def check_acts(acts: Acts) -> None:
    """Raise InvalidValueError for acts that contradict each other or are out of bounds."""
    if acts.status and acts.status not in MOVES:
        raise InvalidValueError("status", _("A macro can't set this status."))
    if not 0 <= acts.hold_days <= MAX_HOLD_DAYS:
        raise InvalidValueError(
            "hold_days", _("Enter 1 to %(maximum)s days.") % {"maximum": MAX_HOLD_DAYS}
        )
    if acts.hold_days and not acts.hold_reason:
        raise InvalidValueError("hold_reason", _("Enter why the ticket is on hold."))
    if acts.hold_days and acts.status == State.CLOSED:
        raise InvalidValueError("hold_days", _("A closed ticket can't be on hold."))
    both = {t.casefold() for t in acts.add_tags} & {t.casefold() for t in acts.remove_tags}
    if both:
        text = _("You can't add and remove the same tag: %(tags)s.")
        raise InvalidValueError("remove_tags", text % {"tags": ", ".join(sorted(both))})
    if max(len(acts.add_tags), len(acts.remove_tags)) > MAX_TAGS:
        raise InvalidValueError(
            "add_tags", _("Enter up to %(maximum)s tags.") % {"maximum": MAX_TAGS}
        )


@dataclass(frozen=True, slots=True)
class Resolved:
    """Acts with the rows that they name. assignee: None for nobody, if the acts set one."""

    acts: Acts
    department: Department | None = None
    priority: Priority | None = None
    assignee: Agent | None = None


def resolve(acts: Acts, *, desk: Desk, agent: Agent) -> Resolved:
    """Return the acts with the rows that they name.

    Raises InvalidValueError if one of these was deleted, retired or deactivated since.
    """
    return Resolved(
        acts,
        department=_find_department(acts, desk) if acts.department else None,
        priority=_find_priority(acts, desk) if acts.priority else None,
        assignee=_find_assignee(acts, desk, agent),
    )


def _find_department(acts: Acts, desk: Desk) -> Department:
    found = Department.objects.filter(desk=desk, pk=acts.department or 0).first()
    if found is None:
        raise InvalidValueError("department", _("The department no longer exists. Choose another."))
    return found


def _find_priority(acts: Acts, desk: Desk) -> Priority:
    found = Priority.objects.offered(desk=desk).filter(pk=acts.priority or 0).first()
    if found is None:
        raise InvalidValueError(
            "priority", _("The priority is no longer available. Choose another.")
        )
    return found


def _find_assignee(acts: Acts, desk: Desk, agent: Agent) -> Agent | None:
    if acts.assignee in (None, NOBODY):
        return None
    if acts.assignee == ME:
        return agent
    found = Agent.objects.filter(desk=desk, pk=acts.assignee, is_active=True).first()
    if found is None or not found.can_write:
        raise InvalidValueError(
            "assignee", _("This agent can't be assigned to tickets anymore. Choose another.")
        )
    return found
