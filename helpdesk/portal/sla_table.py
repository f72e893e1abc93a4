"""Support plans and what they promise, as a public page (M37, M69, M79)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import AccountStatus, Desk, Plan
from helpdesk.portal.business_hours import BusinessHours, describe_calendar
from sla.models import Calendar, ClockKind, Holiday, Target
from sla.policies.contents import (
    describe_conditions,
    describe_targets,
    list_policies,
    read_snapshot,
)
from tickets.models import Priority

SHOWN_HOLIDAYS = timedelta(days=365)
# Kinds of clocks that plans promise, in order, each with what it means.
SHOWN_KINDS = {
    ClockKind.FIRST_RESPONSE: gettext_lazy(
        "From your request to our first reply. It's not to be considered as an expected time to "
        "resolution."
    ),
    ClockKind.NEXT_RESPONSE: gettext_lazy(
        "From your message to our reply, after the first one. The time we wait for you doesn't "
        "count."
    ),
    ClockKind.UPDATE: gettext_lazy(
        "The longest you go without hearing from us while we work on your request."
    ),
}

# Customers know neither departments and tags, nor which accounts are "Potential - VIP".
PUBLIC_CONDITIONS = {"plan", "product", "priority", "channel"}


@dataclass(frozen=True, slots=True)
class TargetCell:
    """One target. status: the kind of accounts it applies to, "" for all."""

    amount: str
    hours: str
    status: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its targets of one kind per priority, in the order of ranks."""

    plan: Plan
    columns: list[tuple[Priority, list[TargetCell]]]
    is_own: bool


@dataclass(frozen=True, slots=True)
class KindTable:
    """The targets of one kind, such as the first response. meaning: what is counted."""

    code: str
    title: str
    meaning: str
    rows: list[PlanRow]


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """The contents of a plan besides its targets.

    contacts: how many points of contact an account can have. is_own: the reader's plan.
    """

    plan: Plan
    channels: tuple[str, ...]
    products: tuple[str, ...]
    contacts: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A way to reach the desk, and the plans that include it."""

    name: str
    plans: str


@dataclass(frozen=True, slots=True)
class SlaException:
    """Targets of a policy: the requests that it is for, and each target as (clock, text)."""

    text: str
    targets: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SlaTable:
    """Plans of a desk, with the calendars and priorities that their targets name."""

    tables: list[KindTable]
    exceptions: list[SlaException]
    plans: list[PlanInfo]
    channels: list[ChannelLine]
    hours: list[BusinessHours]
    priorities: list[Priority]


def list_current_plans(desk: Desk, *, own: Plan | None) -> list[Plan]:
    """Return the reader's own plan, even a legacy one, then the plans that the desk offers.

    Takes two queries.
    """
    plans = Plan.objects.filter(desk=desk, is_retired=False)
    if own is not None:
        plans |= Plan.objects.filter(desk=desk, pk=own.pk)
    return sorted(plans.prefetch_related("products"), key=lambda plan: plan != own)


def find_legacy_plans(desk: Desk) -> QuerySet[Plan]:
    """Return the legacy plans that accounts still have (M79)."""
    return Plan.objects.filter(desk=desk, is_retired=True, account__isnull=False).distinct()


def list_legacy_plans(desk: Desk, *, own: Plan | None) -> list[Plan]:
    """Return the legacy plans that accounts still have, the reader's own first. Two queries."""
    plans = find_legacy_plans(desk).prefetch_related("products")
    return sorted(plans, key=lambda plan: plan != own)


def get_sla_table(
    desk: Desk, plans: Sequence[Plan], *, today: date, own: Plan | None = None
) -> SlaTable:
    """Return what these plans of a desk promise and include.

    Takes six queries, and two more with policies. today: holidays before it are left out. own: the
    reader's plan.
    """
    priorities = list(Priority.objects.offered(desk=desk))
    targets = list(
        Target.objects.filter(
            desk=desk, plan__in=plans, clock__in=SHOWN_KINDS, calendar__isnull=False
        )
        .select_related("plan", "priority", "calendar")
        .order_by("priority__rank", "account_status")
    )
    used = {target.required_calendar.pk for target in targets}
    span = (today, today + SHOWN_HOLIDAYS)
    coming = Holiday.objects.filter(date__range=span, is_active=True)
    calendars = Calendar.objects.filter(desk=desk, pk__in=used).prefetch_related(
        "windows", "breaks", "exceptions", Prefetch("holidays", coming)
    )
    return SlaTable(
        tables=_make_tables(plans, priorities, targets, own),
        exceptions=_list_exceptions(desk, plans),
        plans=[_describe_plan(plan, is_own=plan == own) for plan in plans],
        channels=_describe_channels(plans),
        hours=[describe_calendar(calendar, *span) for calendar in calendars],
        priorities=priorities,
    )


def _make_tables(
    plans: Sequence[Plan], priorities: list[Priority], targets: list[Target], own: Plan | None
) -> list[KindTable]:
    """Return a table for each kind that is promised, and always one for the first response."""
    tables = []
    for kind, meaning in SHOWN_KINDS.items():
        found = [target for target in targets if target.clock == kind]
        if plans and (found or kind == ClockKind.FIRST_RESPONSE):
            rows = [_make_row(plan, priorities, found, is_own=plan == own) for plan in plans]
            tables.append(KindTable(kind.value, str(kind.label), str(meaning), rows))
    return tables


def _list_exceptions(desk: Desk, plans: Sequence[Plan]) -> list[SlaException]:
    """Return what active policies promise to customers, for conditions that they can know."""
    shown, names = [], {plan.name for plan in plans}
    for policy in list_policies(desk).filter(is_active=True):
        snapshot = read_snapshot(policy)
        conditions = snapshot["conditions"]
        promised = {k: one for k, one in snapshot["targets"].items() if k in SHOWN_KINDS}
        is_public = conditions.keys() <= PUBLIC_CONDITIONS
        if promised and is_public and names.intersection(conditions.get("plan", names)):
            lines = describe_targets(promised)
            shown.append(SlaException(describe_conditions(conditions), lines))
    return shown


def _make_row(
    plan: Plan, priorities: list[Priority], targets: list[Target], *, is_own: bool
) -> PlanRow:
    own = [target for target in targets if target.plan_id == plan.pk]
    columns = [
        (p, [_make_cell(target) for target in own if target.priority_id == p.pk])
        for p in priorities
    ]
    return PlanRow(plan, columns, is_own)


def _describe_plan(plan: Plan, *, is_own: bool) -> PlanInfo:
    return PlanInfo(
        plan,
        channels=_list_channels(plan),
        products=tuple(product.name for product in plan.products.all()),
        contacts=_describe_contacts(plan.points_of_contact),
        is_own=is_own,
    )


def _describe_channels(plans: Sequence[Plan]) -> list[ChannelLine]:
    """Return the channels with the plans that include them. Numbers are shown to those alone."""
    lines = []
    for name in dict.fromkeys(name for plan in plans for name in _list_channels(plan)):
        including = [plan.name for plan in plans if name in _list_channels(plan)]
        is_everywhere = len(including) == len(plans)
        lines.append(ChannelLine(name, _("All plans") if is_everywhere else ", ".join(including)))
    return lines


def _list_channels(plan: Plan) -> tuple[str, ...]:
    known = (
        (plan.allows_portal, _("Portal")),
        (plan.allows_mail, _("Email")),
        (plan.allows_hotline, _("Hotline")),
        (plan.allows_emergencies, _("Emergency requests")),
    )
    return tuple(name for is_included, name in known if is_included)


def _describe_contacts(limit: int | None) -> str:
    if limit is None:
        return _("Any number of points of contact")
    return ngettext("%(count)s point of contact", "%(count)s points of contact", limit) % {
        "count": limit
    }


def _make_cell(target: Target) -> TargetCell:
    status = str(AccountStatus(target.account_status).label) if target.account_status else ""
    return TargetCell(target.describe(), target.required_calendar.name, status)
