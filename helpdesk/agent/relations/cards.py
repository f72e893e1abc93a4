"""The related tickets in a ticket's panel, and the notice on a merged ticket."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Agent
from helpdesk.agent.components.relations import Related, RelatedGroup, RelatedTicket
from helpdesk.agent.components.ticket import MergeNotice
from helpdesk.agent.relations.sql import RelatedRow, Relation
from helpdesk.shared.components import Link
from helpdesk.shared.urls import get_url
from tickets.models import Ticket

HEADINGS: dict[Relation, str | Promise] = {
    Relation.INTO: gettext_lazy("Merged into"),
    Relation.MERGED: gettext_lazy("Merged into this ticket"),
    Relation.FOLLOW_UP_OF: gettext_lazy("Follow-up of"),
    Relation.FOLLOW_UP: gettext_lazy("Follow-ups"),
    Relation.PROBLEM: gettext_lazy("Part of the problem"),
    Relation.INCIDENT: gettext_lazy("Part of this problem"),
    Relation.DUPLICATE_OF: gettext_lazy("Duplicate of"),
    Relation.DUPLICATE: gettext_lazy("Duplicates"),
    Relation.SPLIT_FROM: gettext_lazy("Split off from"),
    Relation.SPLIT_OFF: gettext_lazy("Split off from this ticket"),
    Relation.RELATED: gettext_lazy("Related"),
}
LASTING = {Relation.SPLIT_FROM, Relation.SPLIT_OFF}  # they say where a ticket comes from


def describe_related(ticket: Ticket, rows: Sequence[RelatedRow], agent: Agent) -> Related:
    """Return the related tickets by what they are, for agent/relations/_related.html."""
    groups = []
    for relation, heading in HEADINGS.items():
        own = [row for row in rows if row.relation == relation]
        found = tuple(_describe(row, ticket, agent) for row in own)
        if found:
            groups.append(RelatedGroup(str(heading), found))
    return Related(tuple(groups), get_url("agent:link", ticket.number) if agent.can_write else "")


def describe_merge(ticket: Ticket, rows: Sequence[RelatedRow]) -> MergeNotice | None:
    """Return the notice on a merged ticket, or None if the ticket isn't merged."""
    if ticket.merged_into_id is None:
        return None
    into = next((row for row in rows if row.relation == Relation.INTO), None)
    if into is None:
        return MergeNotice(None)
    text = f"{ticket.desk.ticket_prefix}-{into.number} {into.subject}"
    return MergeNotice(Link(get_url("agent:ticket", into.number), text))


def _describe(row: RelatedRow, ticket: Ticket, agent: Agent) -> RelatedTicket:
    is_removable = bool(row.link_id) and agent.can_write and row.relation not in LASTING
    return RelatedTicket(
        url=get_url("agent:ticket", row.number),
        number=f"{ticket.desk.ticket_prefix}-{row.number}",
        subject=row.subject,
        status=row.status,
        status_word=ticket.desk.word_for(row.word_key),
        unlink_url=get_url("agent:unlink_ticket", ticket.number, row.link_id)
        if is_removable
        else "",
    )
