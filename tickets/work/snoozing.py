"""Snooze: out of an agent's own lists until a time or until the customer writes; clocks run on.

A snooze ends at its time without a job: lists compare the time. The customer's next message deletes
the snoozes of a ticket (tickets/services/conversation.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import QueueRow, Snooze, State, Ticket
from tickets.services.common import require_writer

MAX_SNOOZE = timedelta(days=366)


def snooze_ticket(*, ticket_id: int, agent: Agent, until: datetime | None, at: datetime) -> Ticket:
    """Snooze a ticket for one agent, or move the end of their snooze.

    until: None means until the customer writes. Raises NotAllowedError, ConflictError for a closed
    ticket, and InvalidValueError for a time that isn't within the next year.
    """
    by = Actor.of(agent)
    require_writer(by)
    if until is not None and until <= at:
        raise InvalidValueError("until", _("Choose a time in the future."))
    if until is not None and until > at + MAX_SNOOZE:
        raise InvalidValueError("until", _("Choose a time within a year."))
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket = change.ticket
        if ticket.status == State.CLOSED:
            raise ConflictError(_("This ticket is closed. Reopen it first."))
        given = {"until": until, "created_at": at}
        Snooze.objects.update_or_create(
            desk_id=ticket.desk_id, ticket=ticket, agent=agent, defaults=given
        )
        facts = {"until": until.isoformat() if until else ""}
        change.record(EventKind.TICKET_SNOOZED, facts)
        change.save()
    return ticket


def wake_ticket(*, ticket_id: int, agent: Agent, at: datetime) -> bool:
    """End an agent's snooze of a ticket early. Return False if there was none that still ran."""
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        snoozes = Snooze.objects.filter(ticket=change.ticket, agent=agent)
        was_running = snoozes.filter(is_running(at)).exists()
        snoozes.delete()
        if was_running:
            change.record(EventKind.SNOOZE_ENDED)
            change.save()
    return was_running


def is_running(at: datetime) -> Q:
    """Return the condition on snoozes that haven't ended at this time."""
    return Q(until__isnull=True) | Q(until__gt=at)


def list_snoozed(agent: Agent, *, at: datetime) -> QuerySet[Snooze]:
    """Return the snoozes of an agent that haven't ended."""
    return Snooze.objects.filter(is_running(at), desk_id=agent.desk_id, agent=agent)


def leave_out_snoozed(
    tickets: QuerySet[QueueRow], agent: Agent, *, at: datetime
) -> QuerySet[QueueRow]:
    """Return those of these tickets that the agent hasn't snoozed."""
    return tickets.exclude(pk__in=list_snoozed(agent, at=at).values("ticket_id"))
