"""The tickets that a ticket is related to, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.models import Agent
from helpdesk.agent.statements import Query
from tickets.models import LinkKind, get_word_key
from tickets.rules.visibility import TicketVisibility

MAX_RELATED = 30


class Relation(StrEnum):
    """Relations of another ticket to the one at hand."""

    INTO = "into"  # it goes on for the merged one at hand
    MERGED = "merged"
    FOLLOW_UP_OF = "follow_up_of"
    FOLLOW_UP = "follow_up"
    PROBLEM = "problem"  # the one at hand is part of
    INCIDENT = "incident"  # part of the one at hand
    DUPLICATE_OF = "duplicate_of"
    DUPLICATE = "duplicate"
    SPLIT_FROM = "split_from"
    SPLIT_OFF = "split_off"
    RELATED = "related"


# What the other ticket is by the kind of a link, to its source and to its target.
SIDES = {
    LinkKind.RELATED: (Relation.RELATED, Relation.RELATED),
    LinkKind.PARENT: (Relation.PROBLEM, Relation.INCIDENT),
    LinkKind.DUPLICATE: (Relation.DUPLICATE_OF, Relation.DUPLICATE),
    LinkKind.SPLIT: (Relation.SPLIT_FROM, Relation.SPLIT_OFF),
}


def _write_side(side: int) -> str:
    cases = " ".join(f"WHEN '{kind}' THEN '{both[side]}'" for kind, both in SIDES.items())
    return f"CASE kind {cases} END"


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """Another ticket, and what it is to the one at hand. link_id: 0 if it isn't a link."""

    relation: str
    link_id: int
    number: int
    subject: str
    status: str
    first_responded_at: datetime | None
    reopen_until: datetime | None

    @property
    def word_key(self) -> str:
        return get_word_key(self.status, self.first_responded_at, self.reopen_until)


RELATED = f"""
  SELECT '{Relation.INTO}' AS relation, merged_into_id AS other, 0::bigint AS link_id
  FROM tickets_ticket WHERE id = %(ticket)s
  UNION ALL
  SELECT '{Relation.FOLLOW_UP_OF}', follow_up_of_id, 0 FROM tickets_ticket WHERE id = %(ticket)s
  UNION ALL
  SELECT '{Relation.MERGED}', id, 0 FROM tickets_ticket WHERE merged_into_id = %(ticket)s
  UNION ALL
  SELECT '{Relation.FOLLOW_UP}', id, 0 FROM tickets_ticket WHERE follow_up_of_id = %(ticket)s
  UNION ALL
  SELECT {_write_side(0)}, target_id, id FROM tickets_ticketlink WHERE source_id = %(ticket)s
  UNION ALL
  SELECT {_write_side(1)}, source_id, id FROM tickets_ticketlink WHERE target_id = %(ticket)s
"""  # noqa: S608 (constants)


def select_related_tickets(
    agent: Agent, *, ticket_id: int, limit: int = MAX_RELATED
) -> Query[RelatedRow]:
    """Return the statement of the related tickets that the agent may see, newest first."""
    visibility = TicketVisibility.for_agent(agent)
    sql = f"""
        SELECT r.relation, r.link_id, t.number, t.subject, t.status, t.first_responded_at,
          t.reopen_until
        FROM ({RELATED}) r JOIN tickets_queuerow t ON t.ticket_id = r.other
        WHERE t.desk_id = %(desk)s AND {visibility.as_sql("t")}
        ORDER BY r.relation, t.ticket_id DESC
        LIMIT %(limit)s
        """  # noqa: S608 (constants)
    params = {"desk": agent.desk_id, "ticket": ticket_id, "limit": limit}
    return Query(
        sql,
        params | visibility.params,
        RelatedRow,
        times=("first_responded_at", "reopen_until"),
    )
