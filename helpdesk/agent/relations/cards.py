"""The related tickets in a ticket's panel, and the notice on a merged ticket."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from helpdesk.agent.components.relations import RelatedGroup
from helpdesk.agent.components.ticket import LinkedTicket, MergeNotice
from helpdesk.agent.relations.sql import RelatedRow, Relation
from helpdesk.shared.components import Link
from helpdesk.shared.urls import get_url
from tickets.models import Ticket

HEADINGS: dict[Relation, str | Promise] = {
    Relation.INTO: gettext_lazy("Continues in"),
    Relation.MERGED: gettext_lazy("Merged into this ticket"),
    Relation.FOLLOW_UP_OF: gettext_lazy("Follow-up of"),
    Relation.FOLLOW_UP: gettext_lazy("Follow-ups"),
}


def describe_related(rows: Sequence[RelatedRow], desk: Desk) -> tuple[RelatedGroup, ...]:
    """Return the related tickets by what they are, for agent/relations/_related.html."""
    groups = []
    for relation, heading in HEADINGS.items():
        found = tuple(_describe(row, desk) for row in rows if row.relation == relation)
        if found:
            groups.append(RelatedGroup(str(heading), found))
    return tuple(groups)


def describe_merge(ticket: Ticket, rows: Sequence[RelatedRow]) -> MergeNotice | None:
    """Return where a merged ticket goes on; None for another one."""
    if ticket.merged_into_id is None:
        return None
    into = next((row for row in rows if row.relation == Relation.INTO), None)
    if into is None:
        return MergeNotice(None)
    text = f"{ticket.desk.ticket_prefix}-{into.number} {into.subject}"
    return MergeNotice(Link(get_url("agent:ticket", into.number), text))


def _describe(row: RelatedRow, desk: Desk) -> LinkedTicket:
    return LinkedTicket(
        url=get_url("agent:ticket", row.number),
        number=f"{desk.ticket_prefix}-{row.number}",
        subject=row.subject,
        status=row.status,
        status_word=desk.word_for(row.word_key),
    )
