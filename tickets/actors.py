"""The acting person: an agent, a contact, or Plumbline itself."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Agent, Contact, Role
from tickets.models import ActorKind

CONTACT_ROLE = "customer"
SYSTEM_ROLE = "system"
DESK_ROLES = frozenset({Role.ANALYST, Role.LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person, passed to every service. An event keeps the name as it was then.

    role: the agent's role, "customer", "system", or "inactive" for an agent who was deactivated;
    tickets/rules/transitions.py says what each role may do.
    """

    kind: ActorKind
    id: int | None
    name: str
    role: str

    @classmethod
    def of(cls, person: Agent | Contact) -> Actor:
        """Return the actor for an agent or a contact."""
        if isinstance(person, Agent):
            role = str(person.role) if person.is_active or person.is_service else "inactive"
            return cls(ActorKind.AGENT, person.pk, str(person)[:120], role)
        return cls(ActorKind.CONTACT, person.pk, str(person)[:120], CONTACT_ROLE)


SYSTEM = Actor(ActorKind.SYSTEM, None, "Plumbline", SYSTEM_ROLE)
