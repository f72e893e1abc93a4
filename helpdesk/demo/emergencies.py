"""Emergencies of a demo desk: one that waits for a decision, and one that was accepted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import Desk
from tickets.models import OPEN_STATES, Priority, Ticket
from tickets.services import EmergencyReport, decide_emergency, report_emergency

IMPACT = "Nobody can sign in since this morning, and our own support team is standing still."


def report_emergencies(desk: Desk, *, now: datetime) -> int:
    """Report up to two emergencies on recent tickets of entitled accounts; return how many."""
    highest = Priority.objects.filter(desk=desk, allows_emergencies=True).order_by("rank").first()
    entitled = Ticket.objects.filter(
        desk=desk,
        status__in=OPEN_STATES,
        account__plan__allows_emergencies=True,
        contact__account=F("account"),
        assignee__isnull=False,
        is_unverified=False,
        updated_at__lt=now - timedelta(hours=1),
        product=None,
    )
    found = list(entitled.select_related("contact", "assignee").order_by("-number")[:2])
    for ticket, minutes in zip(found, (10, 55), strict=False):
        at = now - timedelta(minutes=minutes)
        report = EmergencyReport(IMPACT, str(ticket.contact), "+1 555 0100", highest)
        report_emergency(ticket_id=ticket.pk, by=ticket.contact, report=report, at=at)
        if minutes > 30 and ticket.assignee is not None:
            decide_emergency(
                ticket_id=ticket.pk,
                agent=ticket.assignee,
                outcome="accepted",
                text=desk.emergency_text("accepted"),
                at=at + timedelta(minutes=9),
            )
    return len(found)
