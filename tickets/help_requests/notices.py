"""Notifications about requests for help: to the group that is asked, and to the agent who asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tickets.access import can_see_ticket
from tickets.events import EventKind, Followers, Together
from tickets.help_requests.access import list_members
from tickets.models import ActorKind, HelpRequest, TicketEvent
from tickets.notifications import notify_of_events

FOR_GROUP = frozenset(
    {
        EventKind.HELP_REQUESTED,
        EventKind.HELP_WITHDRAWN,
        EventKind.HELP_WARNED,
        EventKind.HELP_OVERDUE,
    }
)
FOR_ASKER = frozenset({EventKind.HELP_ENDED, EventKind.HELP_OVERDUE})


def notify(events: Sequence[TicketEvent]) -> None:
    """Notify the members of the group who can see the ticket, or the agent who asked."""
    ids = [event.data["help_request"] for event in events]
    requests = HelpRequest.objects.in_bulk(ids)
    told = [
        (agent_id, event)
        for event in events
        if (asked := requests.get(event.data["help_request"]))
        for agent_id in sorted(set(_list_recipients(event, asked)))
        if event.actor_kind != ActorKind.AGENT or agent_id != event.actor_id
    ]
    notify_of_events(told)


def _list_recipients(event: TicketEvent, asked: HelpRequest) -> Iterator[int]:
    if event.kind in FOR_ASKER and asked.asked_by_id:
        yield asked.asked_by_id
    if event.kind in FOR_GROUP:
        ticket = event.ticket
        place = {"department_id": ticket.department_id, "assignee_id": ticket.assignee_id}
        members = list_members(asked.group_id)
        yield from (member.pk for member in members if can_see_ticket(member, **place))


LATER: Followers = {kind: Together(notify) for kind in FOR_GROUP | FOR_ASKER}
