"""What a caller's plan says about the hotline, in a sentence (M51, M75, M76)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk, Plan
from sla.models import ClockKind, Target
from tickets.models import Priority

HIGHEST_RANK = 1


def describe_hotline(plan: Plan | None, desk: Desk) -> str:
    """Return for which requests, and when, a plan includes the hotline."""
    if plan is None:
        return _("Hotline: not included (no plan).")
    if not plan.allows_hotline:
        return _("Hotline: not included in the %(plan)s plan.") % {"plan": plan.name}
    highest = Priority.objects.filter(desk=desk).order_by("rank").first()
    name = highest.localized_name if highest else ""
    hours = _find_hours(plan, highest)
    if not hours:
        return _("Hotline: %(priority)s only.") % {"priority": name}
    return _("Hotline: %(priority)s only, %(hours)s.") % {"priority": name, "hours": hours}


def _find_hours(plan: Plan, priority: Priority | None) -> str:
    """Return the name of the calendar that the plan's first responses are due by, such as 24x7."""
    targets = Target.objects.filter(
        plan=plan, priority=priority, clock=ClockKind.FIRST_RESPONSE, calendar__isnull=False
    )
    target = targets.select_related("calendar").order_by("account_status").first()
    return target.required_calendar.name if target else ""
