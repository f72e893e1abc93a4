"""Create the demo desks as their published pages describe them.

Priorities, plans, SLA targets, calendars, mailboxes and the request form (M32, M40-M48, M65-M71,
M79, M87-M97).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Department, DepartmentKind, Desk, Plan, PlanProduct, Product, Visibility
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from helpdesk.demo.sla import create_policies
from sla.durations import parse_target
from sla.holidays.refresh import fill_source
from sla.hours import save_version
from sla.models import (
    Calendar,
    CalendarException,
    CalendarWindow,
    ClockKind,
    HolidaySource,
    LevelTarget,
    SourceKind,
    Target,
)
from tickets.models import FormField, Priority

DEPARTMENTS = {
    DepartmentKind.PAID: "Paid Support",
    DepartmentKind.COMMUNITY: "Community",
    DepartmentKind.TRIALS: "Trials",
}
DESK_FIELDS = [
    "slug",
    "name",
    "ticket_prefix",
    "accent",
    "time_zone",
    "hotline",
    "warn_points",
]
# Of a plan: targets of later clocks; "targets" is about the first response.
LATER_TARGETS = (ClockKind.NEXT_RESPONSE, ClockKind.UPDATE, ClockKind.RESOLUTION)
PLAN_PARTS = {"targets", "products", *LATER_TARGETS}  # of a plan, in tables of their own
DESK_TEXTS = [
    "state_words",
    "state_sentences",
    "level_words",
    "level_sentences",
    "emergency_texts",
    "translations",
]
DESK_OPTIONS = ["agent_capacity", "quiet_minutes", "major_impact", "release_action"]


@dataclass(frozen=True)
class DeskParts:
    """A desk and what its people and tickets refer to. priorities: highest first."""

    desk: Desk
    departments: list[Department]
    products: dict[str, Product]
    plans: dict[str, Plan]
    priorities: list[Priority]
    targets: dict[tuple[int, int], Target]  # by plan id and priority id
    mailboxes: list[Mailbox]


def create_demo_desk(data: dict[str, Any], *, now: datetime) -> DeskParts:
    """Create a desk from its data file, with holidays from last year to next year."""
    desk = Desk.objects.create(
        idle_minutes=0,  # in the month that is played, agents open no pages (staff.sign_in)
        undo_seconds=10,
        **{name: data[name] for name in DESK_FIELDS},
        **{name: data[name] for name in (*DESK_OPTIONS, *DESK_TEXTS) if name in data},
    )
    with desk_scope(desk):
        calendars = {one["name"]: _create_calendar(desk, one, now) for one in data["calendar"]}
        priorities = _create_priorities(desk, data["priority"])
        products = {name: Product.objects.create(desk=desk, name=name) for name in data["products"]}
        plans = _create_plans(desk, data["plan"], products)
        _create_fields(desk, data.get("field", []))
        _create_later_targets(data["plan"], plans, priorities, calendars)
        _create_level_targets(desk, data["level_target"], calendars)
        create_policies(desk, data.get("policy", []), plans, priorities, calendars, now=now)
        return DeskParts(
            desk=desk,
            departments=_create_departments(desk, members_only=data.get("members_only", [])),
            products=products,
            plans=plans,
            priorities=priorities,
            targets=_create_targets(data["plan"], plans, priorities, calendars),
            mailboxes=_create_mailboxes(desk, data["mailbox"]),
        )


def _create_departments(desk: Desk, *, members_only: list[str]) -> list[Department]:
    return [
        Department.objects.create(
            desk=desk,
            kind=kind,
            name=name,
            position=position,
            visibility=Visibility.MEMBERS if kind in members_only else Visibility.EVERYONE,
        )
        for position, (kind, name) in enumerate(DEPARTMENTS.items())
    ]


def _create_calendar(desk: Desk, data: dict[str, Any], now: datetime) -> Calendar:
    is_always_open = "opens" not in data
    calendar = Calendar.objects.create(
        desk=desk, name=data["name"], time_zone=desk.time_zone, is_always_open=is_always_open
    )
    if not is_always_open:
        CalendarWindow.objects.bulk_create(
            CalendarWindow(
                desk=desk,
                calendar=calendar,
                weekday=weekday,
                start_minute=data["opens"],
                end_minute=data["closes"],
            )
            for weekday in range(5)
        )
    _add_special_days(calendar, data, now)
    save_version(calendar, is_new=True)
    return calendar


def _add_special_days(calendar: Calendar, data: dict[str, Any], now: datetime) -> None:
    mine = {"desk_id": calendar.desk_id, "calendar": calendar}
    CalendarException.objects.bulk_create(
        CalendarException(
            **mine,
            date=date.fromisoformat(f"{each}-{day}"),
            start_minute=opens,
            end_minute=closes,
            name=name,
        )
        for each in (now.year - 1, now.year, now.year + 1)
        for day, opens, closes, name in data.get("exceptions", [])
    )
    if "country" in data:
        source = HolidaySource.objects.create(
            **mine,
            kind=SourceKind.COUNTRY,
            country=data["country"],
            region=data.get("region", ""),
        )
        fill_source(source, at=now)


def _create_priorities(desk: Desk, data: list[dict[str, Any]]) -> list[Priority]:
    return Priority.objects.bulk_create(
        Priority(desk=desk, rank=rank, **{**one, "definition": one["definition"].strip()})
        for rank, one in enumerate(data, start=1)
    )


def _create_plans(
    desk: Desk, data: list[dict[str, Any]], products: dict[str, Product]
) -> dict[str, Plan]:
    plans = Plan.objects.bulk_create(
        Plan(
            desk=desk,
            position=position,
            **{field: value for field, value in one.items() if field not in PLAN_PARTS},
        )
        for position, one in enumerate(data)
    )
    PlanProduct.objects.bulk_create(
        PlanProduct(desk=desk, plan=plan, product=products[name])
        for plan, one in zip(plans, data, strict=True)
        for name in one.get("products", [])
    )
    return {plan.name: plan for plan in plans}


def read_amount(amount: int | str) -> dict[str, Any]:
    """Return the fields of a target: minutes, or a text such as "next business day by 18:00"."""
    return {"amount": amount} if isinstance(amount, int) else parse_target(amount)._asdict()


def _create_targets(
    data: list[dict[str, Any]],
    plans: dict[str, Plan],
    priorities: list[Priority],
    calendars: dict[str, Calendar],
) -> dict[tuple[int, int], Target]:
    targets = {
        (plans[one["name"]].pk, priority.pk): Target(
            desk_id=priority.desk_id,
            plan=plans[one["name"]],
            priority=priority,
            **read_amount(amount),
            calendar=calendars[calendar],
        )
        for one in data
        for priority, (amount, calendar) in zip(priorities, one["targets"], strict=True)
    }
    Target.objects.bulk_create(targets.values())
    return targets


def _create_later_targets(
    data: list[dict[str, Any]],
    plans: dict[str, Plan],
    priorities: list[Priority],
    calendars: dict[str, Calendar],
) -> None:
    Target.objects.bulk_create(
        Target(
            desk_id=priority.desk_id,
            plan=plans[one["name"]],
            priority=priority,
            clock=kind,
            **read_amount(amount),
            calendar=calendars[calendar],
        )
        for one in data
        for kind in LATER_TARGETS
        for priority, (amount, calendar) in zip(priorities, one.get(kind, ()), strict=False)
    )


def _create_level_targets(
    desk: Desk, data: list[dict[str, Any]], calendars: dict[str, Calendar]
) -> None:
    LevelTarget.objects.bulk_create(
        LevelTarget(desk=desk, **{**one, "calendar": calendars[one["calendar"]]}) for one in data
    )


def _create_mailboxes(desk: Desk, data: list[dict[str, Any]]) -> list[Mailbox]:
    # People who try the demo post emails that no provider has checked by SPF or DKIM. With "hold",
    # none of them would find its account. In production the default trusts verified senders only.
    now = timezone.now()
    boxes = [Mailbox(desk=desk, unverified_mail="match", verified_at=now, **one) for one in data]
    return Mailbox.objects.bulk_create(boxes)


def _create_fields(desk: Desk, data: list[dict[str, Any]]) -> None:
    FormField.objects.bulk_create(
        FormField(desk=desk, position=position, **one) for position, one in enumerate(data)
    )
