"""The living summary of a ticket: each save adds a version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from accounts.models.fields import clean_line
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import SUMMARY_FIELDS, TicketSummary
from tickets.models.summaries import MAX_SUMMARY_LINE
from tickets.services.common import require_writer
from tickets.writes import insert_row


def find_summary(ticket_id: int) -> TicketSummary | None:
    """Return the newest version of a ticket's summary with its author, or None."""
    versions = TicketSummary.objects.filter(ticket_id=ticket_id)
    return versions.select_related("agent").order_by("-version").first()


def list_summaries(ticket_id: int) -> list[TicketSummary]:
    """Return all versions of a ticket's summary with their authors, oldest first."""
    versions = TicketSummary.objects.filter(ticket_id=ticket_id)
    return list(versions.select_related("agent").order_by("version"))


def get_summary_fields(summary: TicketSummary | None) -> dict[str, str]:
    """Return what a summary says, by field; empty texts without one."""
    return {name: getattr(summary, name) if summary else "" for name in SUMMARY_FIELDS}


def save_summary(
    *,
    ticket_id: int,
    agent: Agent,
    fields: Mapping[str, str],
    at: datetime,
    expected: int | None = None,
) -> TicketSummary | None:
    """Add a version with these fields; fields that aren't given stay as they were.

    expected: the version that the caller saw, 0 for none, None if it doesn't matter. Returns the
    newest version; none is added if nothing changed. Raises NotAllowedError, InvalidValueError for
    a text that is too long, and ConflictError if there is a newer version than expected.
    """
    by = Actor.of(agent)
    require_writer(by)
    given = {name: _clean(name, text) for name, text in fields.items() if name in SUMMARY_FIELDS}
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at, new=TicketSummary)
        before = find_summary(ticket_id)
        _require_version(before, expected)
        known = get_summary_fields(before)
        changed = [name for name in SUMMARY_FIELDS if given.get(name, known[name]) != known[name]]
        if not changed:
            return before
        summary = _add_version(change, agent, before, known | given)
        data = {"version": summary.version, "fields": changed}
        change.record(EventKind.SUMMARY_CHANGED, data)
        change.touch()
        change.save()
    return summary


def _clean(name: str, text: str) -> str:
    line = " ".join(clean_line(text).split())
    if len(line) > MAX_SUMMARY_LINE:
        sentence = _("Enter at most %(maximum)s characters. You entered %(count)s.")
        raise InvalidValueError(name, sentence % {"maximum": MAX_SUMMARY_LINE, "count": len(line)})
    return line


def _require_version(before: TicketSummary | None, expected: int | None) -> None:
    version = before.version if before else 0
    if expected is not None and expected != version and before:
        raise ConflictError(
            _("%(name)s changed the summary in the meantime. Reload the page to see it first.")
            % {"name": before.agent.name}
        )


def _add_version(
    change: Change, agent: Agent, before: TicketSummary | None, fields: Mapping[str, str]
) -> TicketSummary:
    summary = TicketSummary(
        id=change.reserved,
        desk_id=change.ticket.desk_id,
        ticket=change.ticket,
        version=(before.version if before else 0) + 1,
        agent=agent,
        created_at=change.at,
        **fields,
    )
    summary._state.adding = False
    change.write(insert_row(summary, "summary"))
    return summary
