"""The impact of a ticket's problem on the customer's business (M4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Impact, Ticket
from tickets.services.common import require_writer


def change_impact(
    *, ticket_id: int, impact: Impact | str, by: Actor, at: datetime, expected: str | None = None
) -> Ticket:
    """Set the business impact, or "" if it isn't known.

    expected: the value that the caller saw, None if it doesn't matter. Raises NotAllowedError, and
    ConflictError for another value than expected. impact is one of Impact or "".
    """
    require_writer(by)
    after = Impact(impact).value if impact else ""
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.impact
        if expected is not None and expected != before:
            text = _("The business impact was changed to “%(name)s” in the meantime. Choose again.")
            raise ConflictError(text % {"name": name_impact(before)})
        if before != after:
            change.set(impact=after)
            change.touch()
            change.record(EventKind.IMPACT_CHANGED, {"impact": [before, after]})
            change.save()
    return change.ticket


def name_impact(value: str) -> str:
    """Return an impact in words."""
    return str(Impact(value).label) if value else _("Not known")
