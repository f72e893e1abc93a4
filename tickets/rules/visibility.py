"""Visibility of tickets for agents: one rule for the ORM, raw SQL and single tickets.

Tickets of a members-only department are visible to its members, to leads and desk admins, and to
the agent a ticket is assigned to. All other tickets are visible to every agent of the desk (M31).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import Agent, Role

ROLES_SEEING_ALL = frozenset({Role.LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class TicketVisibility:
    """The rule for one agent, in three forms that always agree.

    hidden_departments: ids of the members-only departments whose tickets the agent doesn't see
    unless they are assigned to the agent. Empty for an agent who sees the whole desk.
    """

    agent_id: int
    hidden_departments: tuple[int, ...]

    @classmethod
    def for_agent(cls, agent: Agent) -> TicketVisibility:
        """Return the rule for an agent; no query if the agent was read with_closed_departments."""
        hidden = () if agent.role in ROLES_SEEING_ALL else tuple(agent.closed_departments)
        return cls(agent.pk, hidden)

    @property
    def is_restricted(self) -> bool:
        """True if some tickets of the desk may be hidden from the agent."""
        return bool(self.hidden_departments)

    def as_q(self, path: str = "") -> Q:
        """Return the rule as a filter. ``path`` leads to the ticket, such as "ticket__"."""
        if not self.is_restricted:
            return Q()
        hidden = Q(**{f"{path}department_id__in": self.hidden_departments})
        return ~hidden | Q(**{f"{path}assignee_id": self.agent_id})

    def as_sql(self, alias: str = "t") -> str:
        """Return the rule as a condition on a row of tickets_ticket; pass ``params`` with it."""
        if not self.is_restricted:
            return "TRUE"
        return (
            f"({alias}.department_id IS NULL"
            f" OR {alias}.department_id <> ALL(%(hidden_departments)s::bigint[])"
            f" OR {alias}.assignee_id = %(visible_to)s)"
        )

    def as_sql_by_id(self, ticket_id: str) -> str:
        """Return the rule as a condition on a column with a ticket's id, such as "n.ticket_id".

        The ticket is looked up by key for each row; an EXISTS may be hashed over the whole desk.
        """
        if not self.is_restricted:
            return "TRUE"
        condition = self.as_sql("own")
        return f"(SELECT {condition} FROM tickets_ticket own WHERE own.id = {ticket_id})"  # noqa: S608 (column names of our own)

    @property
    def params(self) -> dict[str, Any]:
        """The named parameters of the conditions in SQL."""
        return {"hidden_departments": list(self.hidden_departments), "visible_to": self.agent_id}

    def allows(self, *, department_id: int | None, assignee_id: int | None) -> bool:
        """Return True if the agent may see a ticket of this department and assignee."""
        return department_id not in self.hidden_departments or assignee_id == self.agent_id
