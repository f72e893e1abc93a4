"""Routing's part of the timetable."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import sweep_desks
from routing.services import place_waiting, unplaced_tickets


@shared_task
def place_waiting_tickets() -> int:
    """Place what waits for somebody, the minute that somebody comes on shift (M13)."""
    return sweep_desks("find unassigned tickets", unplaced_tickets(), place_waiting, at=timezone.now())
