"""Telling the incidents of a problem that it is solved, as one bulk change.

Each open incident gets the message once, through the service of replies. What is refused is listed
with the bulk change (tickets/bulk), which runs each ticket exactly once.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.access import tickets_for_agent
from tickets.bulk.starting import start_bulk_change
from tickets.errors import InvalidValueError
from tickets.macros.acts import Acts
from tickets.macros.placeholders import check_placeholders
from tickets.models import BulkJob, LinkKind, State, Ticket, TicketLink
from tickets.services.common import require_no_approval


def list_incidents(agent: Agent, problem: Ticket) -> QuerySet[Ticket]:
    """Return the open incidents of a problem that the agent may see."""
    found = tickets_for_agent(agent).filter(pk__in=_list_open(problem).values("source"))
    return found.order_by("number")


def count_hidden_incidents(agent: Agent, problem: Ticket) -> int:
    """Return how many open incidents the agent can't see."""
    return _list_open(problem).count() - list_incidents(agent, problem).count()


def _list_open(problem: Ticket) -> QuerySet[TicketLink]:
    links = TicketLink.objects.filter(target=problem, kind=LinkKind.PARENT)
    return links.exclude(source__status=State.CLOSED)


def tell_incidents(
    *, problem: Ticket, agent: Agent, text: str, closes: bool, at: datetime
) -> BulkJob:
    """Send a public message to each open incident of a problem. closes: they are closed, too.

    text: may have the placeholders of macros. Raises NotAllowedError, NeedsApprovalError,
    InvalidValueError for an empty text or no incident, and ConflictError if too many bulk changes
    run.
    """
    require_no_approval(agent)
    if not text.strip():
        raise InvalidValueError("incident_text", _("Write a message, or clear the checkbox."))
    check_placeholders(text, field="incident_text")
    ids = list(list_incidents(agent, problem).values_list("pk", flat=True))
    status = State.CLOSED.value if closes else ""
    return start_bulk_change(
        agent=agent, ticket_ids=ids, acts=Acts(reply=text, status=status), at=at
    )
