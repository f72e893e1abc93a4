"""Rows of a list, rendered once for all readers who see the same rows.

When a ticket changes, every page with a list that shows it reloads its rows and sends the version
of the desk that it was notified of (helpdesk/live/pubsub.py). Rows that were read for that version
or a later one are recent enough. They are cached for seconds, in this process only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from accounts.models import Agent
from helpdesk.agent.lists.filters import MENTIONED, SNOOZED, UNREAD
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.permissions import AgentRequest
from helpdesk.live import hub
from helpdesk.shared.numbers import parse_number
from tickets.conditions.conditions import split_values
from tickets.conditions.properties import NOT
from tickets.conditions.values import MAX_UNREAD, AssigneeChoice, Attention
from tickets.models import Draft, Notification
from tickets.rules.visibility import TicketVisibility
from tickets.work.snoozing import list_snoozed

HEADER = "Live-Version"
MAX_AGE = 2.0  # seconds by which changed settings and times may lag behind
MAX_LISTS = 100

Rendered = tuple[str, Collection[int]]  # the rows, and the ids of their tickets


@dataclass(slots=True)
class _Rows:
    """Rendered rows of a list. by_unread: one rendering for each set of unread tickets in it."""

    version: int
    ids: frozenset[int]
    made_at: float = field(default_factory=time.monotonic)
    by_unread: dict[frozenset[int], str] = field(default_factory=dict)

    def is_fresh(self, version: int) -> bool:
        return self.version >= version and time.monotonic() - self.made_at < MAX_AGE


_lists: dict[tuple[object, ...], _Rows] = {}
_changing = threading.Lock()  # requests run in several threads


def render_once(
    request: AgentRequest, parameters: ListParameters, render: Callable[[], Rendered]
) -> str:
    """Return a list's rows, rendered now or just before for an equivalent request."""
    version = _find_version(request)
    if not version or parameters.words:
        return render()[0]
    key, unread = _make_key(request, parameters), _list_unread(request.agent)
    found = _lists.get(key)
    if found and found.is_fresh(version):
        text = found.by_unread.get(unread & found.ids)
        if text is not None:
            return text
    text, ids = render()
    if found is None or not found.is_fresh(version):
        found = _Rows(version, frozenset(ids))
        _keep(key, found)
    if found.ids == frozenset(ids):
        found.by_unread[unread & found.ids] = text
    return text


def _find_version(request: AgentRequest) -> int:
    """Return the version that the page was notified of, or 0 if this process wasn't yet."""
    version = parse_number(request.headers.get(HEADER)) or 0
    return version if version <= hub.hub.get_known_version(request.desk.pk) else 0


def _make_key(request: AgentRequest, parameters: ListParameters) -> tuple[object, ...]:
    """Return everything that the rows depend on, except tickets and unread notifications.

    Of drafts, rows show those of others to everyone who has none.
    """
    visibility = TicketVisibility.for_agent(request.agent)
    is_personal = (
        visibility.is_restricted
        or parameters.view in ("mine", SNOOZED, UNREAD, MENTIONED)
        or AssigneeChoice.ME in _list_values(parameters, "assignee")
        or Attention.UNREAD in _list_values(parameters, "needs")
    )
    return (
        request.desk.pk,
        request.get_full_path(),
        parameters.saved.version if parameters.saved else "",
        get_language(),
        get_current_timezone_name(),
        visibility.hidden_departments,
        request.agent.can_write,  # to select rows
        request.agent.pk if is_personal or _has_drafts(request.agent) else None,
        _list_snoozed(request.agent) if parameters.view == "unanswered" else (),
    )


def _list_values(parameters: ListParameters, name: str) -> tuple[str, ...]:
    """Return the values that a list's tickets must have or must not have."""
    filters = parameters.filters
    return tuple(
        value for key in (name, NOT + name) for value in split_values(filters.get(key, ""))
    )


def _list_unread(agent: Agent) -> frozenset[int]:
    unread = Notification.objects.filter(agent=agent, read_at__isnull=True).order_by("-id")
    unread = unread.filter(ticket__isnull=False)
    return frozenset(unread.values_list("ticket_id", flat=True)[:MAX_UNREAD])


def _has_drafts(agent: Agent) -> bool:
    """Return True if rows may be marked as the reader's own drafts, or theirs left out."""
    return Draft.objects.filter(desk_id=agent.desk_id, user_id=agent.user_id).exists()


def _list_snoozed(agent: Agent) -> tuple[int, ...]:
    snoozed = list_snoozed(agent, at=timezone.now()).order_by("ticket_id")
    return tuple(snoozed.values_list("ticket_id", flat=True))


def _keep(key: tuple[object, ...], rows: _Rows) -> None:
    with _changing:
        _lists.pop(key, None)
        while len(_lists) >= MAX_LISTS:
            del _lists[next(iter(_lists))]
        _lists[key] = rows
