"""Reactions of paging to the events of a ladder: calls, queued after the commit (M104)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q

from channels_intake.calls.queueing import queue_call
from channels_intake.models import CallKind, OutgoingCall, PagingKind, PagingService
from channels_intake.paging.alerts import is_over
from channels_intake.paging.vendors import Act
from tickets.events import EventKind, Followers
from tickets.models import TicketEvent

PAGE = "page"  # the step that goes to paging services; the others only to the agents
TRIED_FOR = timedelta(hours=12)


def send_step(event: TicketEvent) -> None:
    """Alert by every service of the ticket's department, or by email only for other steps."""
    if is_over(event):  # this delivery comes late
        return
    for service in _list_services(event):
        if service.kind == PagingKind.EMAIL:
            for agent_id in event.data["to"]:
                _queue(service, event, Act.TRIGGER, agent_id=agent_id)
        elif event.data["action"] == PAGE:
            _queue(service, event, Act.TRIGGER)


def acknowledge_alert(event: TicketEvent) -> None:
    """Acknowledge the alert at the services that have it."""
    for service in _list_alerted_services(event):
        _queue(service, event, Act.ACKNOWLEDGE)


def resolve_alert(event: TicketEvent) -> None:
    """Resolve the alert. A ladder that resumes pages anew: services tell of an open alert once."""
    for service in _list_alerted_services(event):
        _queue(service, event, Act.RESOLVE)


def _list_services(event: TicketEvent) -> Iterable[PagingService]:
    department = Q(department__isnull=True) | Q(department_id=event.ticket.department_id)
    return PagingService.objects.filter(department, desk_id=event.desk_id, is_active=True)


def _list_alerted_services(event: TicketEvent) -> list[PagingService]:
    """Return the services whose last call about the ticket didn't resolve its alert.

    Also those that were turned off since: the alert is still open there.
    """
    services = PagingService.objects.filter(desk_id=event.desk_id)
    return [
        service
        for service in services.exclude(kind=PagingKind.EMAIL)
        if _find_last_act(service, event) not in ("", Act.RESOLVE)
    ]


def _find_last_act(service: PagingService, event: TicketEvent) -> str:
    calls = OutgoingCall.objects.filter(
        desk_id=event.desk_id,
        kind=CallKind.PAGING,
        connection_id=service.pk,
        ticket_id=event.ticket_id,
    )
    last = calls.exclude(body__event=event.pk).order_by("-pk").first()
    return str(last.body["act"]) if last else ""


def _queue(service: PagingService, event: TicketEvent, act: Act, *, agent_id: int = 0) -> None:
    key = f"page:{service.pk}:{event.pk}"
    queue_call(
        desk_id=event.desk_id,
        kind=CallKind.PAGING,
        connection_id=service.pk,
        key=f"{key}:{agent_id}" if agent_id else key,
        at=event.at,
        body={"event": event.pk, "act": act.value, "agent": agent_id},
        lane=f"{event.ticket_id}:{agent_id}" if agent_id else str(event.ticket_id),
        ticket_id=event.ticket_id,
        is_urgent=True,
        gives_up_at=event.at + TRIED_FOR,
    )


LATER: Followers = {
    EventKind.LADDER_STEP: send_step,
    EventKind.LADDER_ACKNOWLEDGED: acknowledge_alert,
    EventKind.LADDER_RESUMED: resolve_alert,
    EventKind.LADDER_ENDED: resolve_alert,
}
