"""Emergencies of a demo desk: one that was accepted, and one that waits for a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import Desk
from tickets.models import OPEN_STATES, UNDECIDED, Priority, Ticket
from tickets.services import EmergencyReport, decide_emergency, report_emergency

IMPACT = "Nobody has been able to sign in since this morning, and our support is at a standstill."


def plan_emergencies(
    desk: Desk, *, now: datetime
) -> list[tuple[datetime, Callable[[datetime], None]]]:
    """Return what happens when: a report, its acceptance, and a report that is still open."""

    def report(at: datetime) -> None:
        _report(desk, at)

    def accept(at: datetime) -> None:
        _accept(desk, at)

    steps = [(55, report), (46, accept), (10, report)]
    return [(now - timedelta(minutes=minutes), step) for minutes, step in steps]


def _report(desk: Desk, at: datetime) -> None:
    """Report an emergency on the newest ticket of an account whose plan includes it."""
    entitled = Ticket.objects.filter(
        desk=desk,
        status__in=OPEN_STATES,
        account__plan__allows_emergencies=True,
        contact__account=F("account"),
        is_unverified=False,
        product=None,
        emergency="",
        first_responded_at__isnull=False,
    )
    ticket = entitled.select_related("contact").order_by("-number").first()
    highest = Priority.objects.filter(desk=desk, allows_emergencies=True).order_by("rank").first()
    if ticket is not None:
        report = EmergencyReport(IMPACT, str(ticket.contact), "+1 555 0100", highest)
        report_emergency(ticket_id=ticket.pk, by=ticket.contact, report=report, at=at)


def _accept(desk: Desk, at: datetime) -> None:
    """Accept the emergency that waits for a decision, if it has an agent by now."""
    waiting = Ticket.objects.filter(desk=desk, emergency__in=UNDECIDED, assignee__isnull=False)
    for ticket in waiting.select_related("assignee"):
        if ticket.assignee is not None:
            decide_emergency(
                ticket_id=ticket.pk,
                agent=ticket.assignee,
                outcome="accepted",
                text=desk.emergency_text("accepted"),
                at=at,
            )
