"""Time spent on a ticket: entries by agents, who may correct their own on the same day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Agent, Desk
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Ticket, TimeEntry
from tickets.services.common import clean_line, require_writer

MAX_MINUTES = 24 * 60
MAX_ENTRIES = 500  # of a ticket
MAX_NOTE = 200


@dataclass(frozen=True, slots=True)
class Spent:
    """Working time: in minutes, what for, and whether the customer is billed for it."""

    minutes: int
    note: str = ""
    is_billable: bool = False


def log_time(*, ticket_id: int, agent: Agent, spent: Spent, at: datetime) -> TimeEntry:
    """Add working time to a ticket, open or closed.

    Raises NotAllowedError, InvalidValueError for minutes that aren't from 1 to a day or a too
    long note, and
    ConflictError if the ticket has too many entries.
    """
    by = Actor.of(agent)
    require_writer(by)
    _require_minutes(spent)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        ticket = change.ticket
        if TimeEntry.objects.filter(ticket=ticket).count() >= MAX_ENTRIES:
            text = _("This ticket already has %(count)s time entries. Change one of yours instead.")
            raise ConflictError(text % {"count": MAX_ENTRIES})
        entry = TimeEntry(desk_id=ticket.desk_id, ticket=ticket, agent=agent, created_at=at)
        _fill(entry, spent)
        entry.save()
        facts = {"entry": entry.pk, "minutes": spent.minutes, "billable": spent.is_billable}
        change.record(EventKind.TIME_LOGGED, facts)
        change.save()
    return entry


def correct_time(*, entry_id: int, agent: Agent, spent: Spent | None, at: datetime) -> None:
    """Change one's own entry of the same day, or remove it with None.

    Raises NotAllowedError for another agent's entry or an earlier day's, InvalidValueError as in
    log_time, and ConflictError if the entry was removed.
    """
    by = Actor.of(agent)
    require_writer(by)
    if spent is not None:
        _require_minutes(spent)
    with transaction.atomic():
        ticket_ids = TimeEntry.objects.filter(pk=entry_id, desk_id=agent.desk_id)
        ticket_id = ticket_ids.values_list("ticket_id", flat=True).first()
        if ticket_id is None:
            raise ConflictError(_("This time entry was removed in the meantime."))
        change = Change.open(ticket_id, by=by, at=at)
        entry = TimeEntry.objects.filter(pk=entry_id).select_related("agent").first()
        if entry is None:
            raise ConflictError(_("This time entry was removed in the meantime."))
        require_correctable(entry, agent, desk=change.ticket.desk, at=at)
        _correct(change, entry, spent)
        change.save()


def _correct(change: Change, entry: TimeEntry, spent: Spent | None) -> None:
    before = entry.minutes
    if spent is None:
        change.record(EventKind.TIME_REMOVED, {"entry": entry.pk, "minutes": before})
        entry.delete()
        return
    _fill(entry, spent)
    entry.save(update_fields=["minutes", "note", "is_billable"])
    minutes = {"minutes": [before, spent.minutes], "billable": spent.is_billable}
    change.record(EventKind.TIME_CHANGED, {"entry": entry.pk} | minutes)


def is_correctable(entry: TimeEntry, agent: Agent, *, desk: Desk, at: datetime) -> bool:
    """Return True if the agent may change this entry: their own, on its day at the desk."""
    zone = ZoneInfo(desk.time_zone)
    is_today = entry.created_at.astimezone(zone).date() == at.astimezone(zone).date()
    return entry.agent_id == agent.pk and is_today and agent.can_write


def require_correctable(entry: TimeEntry, agent: Agent, *, desk: Desk, at: datetime) -> None:
    """Raise NotAllowedError if the agent may not change this entry."""
    if not is_correctable(entry, agent, desk=desk, at=at):
        raise NotAllowedError(
            _("You can change only your own time entries, and only on the same day.")
        )


def count_minutes(ticket: Ticket) -> int:
    """Return the total of a ticket in minutes."""
    found: int | None = TimeEntry.objects.filter(ticket=ticket).aggregate(sum=Sum("minutes"))["sum"]
    return found or 0


def _fill(entry: TimeEntry, spent: Spent) -> None:
    entry.minutes, entry.is_billable = spent.minutes, spent.is_billable
    entry.note = clean_line(spent.note, field="note", limit=MAX_NOTE)


def _require_minutes(spent: Spent) -> None:
    if not 1 <= spent.minutes <= MAX_MINUTES:
        text = _("Enter 1 to %(maximum)s minutes.")
        raise InvalidValueError("minutes", text % {"maximum": MAX_MINUTES})
