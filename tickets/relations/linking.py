"""Links between tickets: related ones, duplicates, and the incidents of a problem."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import LinkKind, Ticket, TicketLink
from tickets.rules.visibility import TicketVisibility
from tickets.services.common import require_writer

MAX_LINKS = 500  # of one ticket


def link_tickets(
    *, source_id: int, target_id: int, kind: LinkKind | str, agent: Agent, at: datetime
) -> bool:
    """Link a ticket to another one; both record it. Return False if they are linked already.

    Of kind PARENT, the target is the problem that the source is part of; it has no parent itself.
    Raises NotAllowedError, InvalidValueError for itself, ConflictError if that can't be.
    """
    by, kind = Actor.of(agent), LinkKind(kind)
    require_writer(by)
    if source_id == target_id:
        raise InvalidValueError("other", _("A ticket can't be linked to itself."))
    if kind == LinkKind.RELATED:
        source_id, target_id = sorted((source_id, target_id))
    with transaction.atomic():
        source, target = open_both(source_id, target_id, by=by, at=at)
        require_both_visible(agent, source.ticket, target.ticket)
        if not add_link(source, target, kind):
            return False
        source.save()
        target.save()
    return True


def unlink_tickets(*, link_id: int, ticket_id: int, agent: Agent, at: datetime) -> None:
    """Remove a link of a ticket. Raises NotAllowedError; ConflictError if it is gone."""
    by = Actor.of(agent)
    require_writer(by)
    found = TicketLink.objects.filter(pk=link_id)
    pair = found.values_list("source", "target").first()
    if pair is None or ticket_id not in pair:
        raise ConflictError(_("This link was already removed."))
    with transaction.atomic():
        source, target = open_both(*pair, by=by, at=at)
        require_both_visible(agent, source.ticket, target.ticket)
        link = found.first()
        if link is None:
            raise ConflictError(_("This link was already removed."))
        link.delete()
        _record(source, target, EventKind.TICKETS_UNLINKED, LinkKind(link.kind))
        source.save()
        target.save()


def open_both(
    source_id: int, target_id: int, *, by: Actor, at: datetime, new: type[Model] | None = None
) -> tuple[Change, Change]:
    """Lock two tickets in the order of their IDs, so that two changes at once don't deadlock.

    new: of the source, as Change.open takes it.
    """
    changes = {
        pk: Change.open(pk, by=by, at=at, new=new if pk == source_id else None)
        for pk in sorted((source_id, target_id))
    }
    return changes[source_id], changes[target_id]


def require_both_visible(agent: Agent, *tickets: Ticket) -> None:
    """Raise NotAllowedError if the agent may not see one of the tickets."""
    visibility = TicketVisibility.for_agent(agent)
    for ticket in tickets:
        seen = {"department_id": ticket.department_id, "assignee_id": ticket.assignee_id}
        if ticket.desk_id != agent.desk_id or not visibility.allows(**seen):
            raise NotAllowedError(_("You can't see one of these tickets."))


def add_link(source: Change, target: Change, kind: LinkKind) -> bool:
    """Link two locked tickets as part of their changes. Return False if they are linked already."""
    pair = {"source": source.ticket, "target": target.ticket, "kind": kind}
    if TicketLink.objects.filter(**pair).exists():
        return False
    _require_possible(source.ticket, target.ticket, kind)
    TicketLink.objects.create(desk_id=source.ticket.desk_id, linked_at=source.at, **pair)
    _record(source, target, EventKind.TICKETS_LINKED, kind)
    return True


def _require_possible(source: Ticket, target: Ticket, kind: LinkKind) -> None:
    for ticket in (source, target):
        if ticket.links_out.count() + ticket.links_in.count() >= MAX_LINKS:
            named = {"ticket": ticket.reference, "limit": MAX_LINKS}
            raise ConflictError(
                _("%(ticket)s already has %(limit)s links. Remove one first.") % named
            )
    if kind != LinkKind.PARENT:
        return
    if source.links_out.filter(kind=kind).exists():
        raise ConflictError(
            _("%(ticket)s is already part of a problem. Remove that link first.")
            % {"ticket": source.reference}
        )
    is_child = target.links_out.filter(kind=kind).exists()
    if is_child or source.links_in.filter(kind=kind).exists():
        raise ConflictError(_("A problem can't be part of another problem."))


def _record(source: Change, target: Change, event: EventKind, kind: LinkKind) -> None:
    for change, other in ((source, target), (target, source)):
        facts = {"kind": kind.value, "is_source": change is source, "other": other.ticket.number}
        change.touch()
        change.record(event, facts)
