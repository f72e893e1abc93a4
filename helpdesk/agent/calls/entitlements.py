"""What a caller's plan says about the hotline, in a sentence (M51, M75, M76)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Desk, Plan
from sla.models import ClockKind, Target
from tickets.models import Priority


def describe_hotline(plan: Plan | None, desk: Desk) -> str:
    """Return for which requests, and when, a plan includes the hotline."""
    return describe_hotlines([plan], desk)[plan.pk if plan else None]


def describe_hotlines(plans: Iterable[Plan | None], desk: Desk) -> dict[int | None, str]:
    """Return the same for several plans by ID, and for no plan. Two statements at most."""
    known = {plan.pk: plan for plan in plans if plan is not None}
    with_hotline = [plan.pk for plan in known.values() if plan.allows_hotline]
    highest = _get_highest_priority(desk) if with_hotline else None
    hours = _find_hours(with_hotline, highest) if with_hotline else {}
    name = highest.localized_name if highest else ""
    return {None: _("Hotline: not included (no plan).")} | {
        plan.pk: _describe(plan, name, hours.get(plan.pk, "")) for plan in known.values()
    }


def _get_highest_priority(desk: Desk) -> Priority | None:
    return Priority.objects.filter(desk=desk).order_by("rank").first()


def _describe(plan: Plan, priority: str, hours: str) -> str:
    if not plan.allows_hotline:
        return _("Hotline: not included in the %(plan)s plan.") % {"plan": plan.name}
    if not hours:
        return _("Hotline: %(priority)s only.") % {"priority": priority}
    return _("Hotline: %(priority)s only, %(hours)s.") % {"priority": priority, "hours": hours}


def _find_hours(plans: list[int], priority: Priority | None) -> dict[int | None, str]:
    """Return the names of the calendars that plans' first responses are due by, such as 24x7."""
    targets = Target.objects.filter(
        plan__in=plans,
        priority=priority,
        clock=ClockKind.FIRST_RESPONSE,
        calendar__isnull=False,
    )
    sorted_targets = targets.select_related("calendar").order_by("plan", "-account_status")
    return {one.plan_id: one.required_calendar.name for one in sorted_targets}
