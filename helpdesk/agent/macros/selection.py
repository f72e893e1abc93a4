"""The tickets of a bulk change: those selected in a list, or all of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from helpdesk.agent.lists.filters import apply_filters
from helpdesk.agent.lists.list_parameters import MAX_QUERY
from helpdesk.agent.lists.saved_lists import read_list
from helpdesk.agent.lists.views import select_view
from helpdesk.agent.permissions import AgentRequest
from helpdesk.shared.numbers import parse_number
from tickets.access import queue_for_agent
from tickets.bulk.starting import MAX_TICKETS
from tickets.models import QueueRow, SavedView

WHOLE_LIST = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected tickets that the agent may see, as rows of ID and number.

    list_query: the parameters of the list. scope: WHOLE_LIST, or "" for the given numbers.
    """

    rows: tuple[tuple[int, int], ...]
    list_query: str = ""
    scope: str = ""

    @property
    def ids(self) -> list[int]:
        return [ticket_id for ticket_id, _number in self.rows]

    @property
    def numbers(self) -> list[int]:
        return [number for _ticket_id, number in self.rows]


def read_selection(request: AgentRequest, *, at: datetime) -> Selection:
    """Return the tickets that a form names. Raises ValidationError for a list that can't be read.

    At most one more than a bulk change may have.
    """
    given = request.POST if request.method == "POST" else request.GET
    query, scope = given.get("list", ""), given.get("scope", "")
    if scope == WHOLE_LIST:
        found = _select_list(request, query, at=at)
    else:
        typed = map(parse_number, given.getlist("ticket")[: MAX_TICKETS + 1])
        numbers = {number for number in typed if number is not None}
        found = queue_for_agent(request.agent).filter(number__in=numbers)
    rows = found.order_by("-ticket_id").values_list("ticket_id", "number")
    known = query if len(query) <= MAX_QUERY else ""
    return Selection(tuple(rows[: MAX_TICKETS + 1]), known, scope)


def _select_list(request: AgentRequest, query: str, *, at: datetime) -> QuerySet[QueueRow]:
    if len(query) > MAX_QUERY:  # cut, it would name other tickets
        raise ValidationError(_("This list doesn't exist."))
    try:
        parameters = read_list(QueryDict(query), request.agent)
    except SavedView.DoesNotExist:
        raise ValidationError(_("This list doesn't exist.")) from None
    if parameters.saved and parameters.saved.missing:
        raise ValidationError(
            _("A filter in this view no longer exists. Edit the view first, or select tickets.")
        )
    if parameters.words:
        raise ValidationError(
            _("You can't change all search results at once. Select tickets, or use filters.")
        )
    try:
        tickets = select_view(request.agent, parameters.view, at=at)
    except ValueError:
        raise ValidationError(_("This list doesn't exist.")) from None
    return apply_filters(tickets, parameters.filters, agent=request.agent, at=at)
