"""Business hours in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Plan, PlanProduct, Product
from helpdesk.portal.business_hours import describe_hours
from helpdesk.portal.sla_table import (
    SlaTable,
    get_sla_table,
    list_current_plans,
    list_legacy_plans,
)
from sla.models import (
    Calendar,
    CalendarBreak,
    CalendarException,
    CalendarWindow,
    ClockKind,
    Holiday,
    Policy,
    PolicyCondition,
    Target,
)
from tests.cast import Cast

TODAY = date(2026, 11, 18)
EIGHT, NOON, ONE, EIGHTEEN, MIDNIGHT = 480, 720, 780, 1080, 1440


def make_calendar(cast: Cast, windows: list[tuple[int, int, int]]) -> Calendar:
    calendar = Calendar.objects.create(desk=cast.desk, name="Hours", time_zone="Europe/Berlin")
    CalendarWindow.objects.bulk_create(
        CalendarWindow(
            desk=cast.desk, calendar=calendar, weekday=day, start_minute=start, end_minute=end
        )
        for day, start, end in windows
    )
    return calendar


@pytest.mark.parametrize(
    ("windows", "text"),
    [
        ([(0, EIGHT, EIGHTEEN)], "Mon 8:00 AM–6:00 PM (Europe/Berlin)"),
        (
            [(0, EIGHT, EIGHTEEN), (1, EIGHT, EIGHTEEN), (3, EIGHT, EIGHTEEN)],
            "Mon–Tue 8:00 AM–6:00 PM; Thu 8:00 AM–6:00 PM (Europe/Berlin)",
        ),
        (
            [(4, EIGHT, NOON), (4, ONE, EIGHTEEN)],
            "Fri 8:00 AM–12:00 PM, 1:00 PM–6:00 PM (Europe/Berlin)",
        ),
        ([(6, 0, MIDNIGHT)], "Sun 12:00 AM–12:00 AM (Europe/Berlin)"),
    ],
)
def test_days_with_the_same_hours_are_grouped(
    in_rocket: Cast, windows: list[tuple[int, int, int]], text: str
) -> None:
    assert describe_hours(make_calendar(in_rocket, windows)) == text


def test_weekdays_are_in_the_readers_language(in_rocket: Cast) -> None:
    calendar = make_calendar(in_rocket, [(0, EIGHT, EIGHTEEN), (1, EIGHT, EIGHTEEN)])
    with translation.override("de"):
        assert describe_hours(calendar).startswith("Mo–Di ")


def read_table(cast: Cast, own: Plan | None = None) -> SlaTable:
    plans = list_current_plans(cast.desk, own=own)
    return get_sla_table(cast.desk, plans, today=TODAY, own=own)


def add_target(cast: Cast, clock: ClockKind, **values: object) -> None:
    given = {"plan": cast.plan, "priority": cast.priorities["High"], "calendar": cast.calendar}
    Target.objects.create(desk=cast.desk, clock=clock, **{**given, **values})


def test_the_table_lists_the_desks_plans_only(in_rocket: Cast, matter: Cast) -> None:
    table = read_table(in_rocket)
    assert [row.plan for row in table.tables[0].rows] == [in_rocket.plan]
    assert [priority.desk_id for priority in table.priorities] == [in_rocket.desk.pk] * len(
        in_rocket.priorities
    )


def test_the_table_takes_ten_queries(
    in_rocket: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(10):  # type: ignore[operator]  # pytest-django's fixture
        read_table(in_rocket, own=in_rocket.plan)


def test_a_plan_says_what_it_includes(in_rocket: Cast) -> None:
    desk = in_rocket.desk
    server = Product.objects.create(desk=desk, name="Server")
    gold = Plan.objects.create(
        desk=desk, name="Gold", position=9, allows_hotline=True, allows_mail=False,
        points_of_contact=3,
    )  # fmt: skip
    PlanProduct.objects.create(desk=desk, plan=gold, product=server)
    row, standard = read_table(in_rocket, own=gold).plans
    assert (row.channels, row.products) == (("Portal", "Hotline"), ("Server",))
    assert (row.contacts, row.is_own) == ("3 points of contact", True)
    assert (standard.channels, standard.products) == (("Portal", "Email"), ())
    assert (standard.contacts, standard.is_own) == ("Any number of points of contact", False)


def test_the_holidays_of_the_next_year_are_listed(in_rocket: Cast) -> None:
    days = {"2026-11-17": "Past", "2026-12-25": "Christmas", "2027-12-25": "Too far"}
    for day, name in days.items():
        Holiday.objects.create(
            desk=in_rocket.desk, calendar=in_rocket.calendar, date=day, name=name
        )
    [hours] = read_table(in_rocket).hours
    assert [(one.date, one.name) for one in hours.holidays] == [("Fri, Dec 25, 2026", "Christmas")]


def test_the_page_marks_the_readers_own_plan_only(
    in_rocket: Cast, as_customer: Client, client: Client
) -> None:
    Plan.objects.create(desk=in_rocket.desk, name="Other", position=9)
    assert as_customer.get("/rocket/portal/plans/").content.decode().count("Your plan") == 2
    page = client.get("/rocket/portal/plans/").content.decode()
    assert "Your plan" not in page
    assert "All products" in page


def test_each_promised_kind_has_a_table_and_the_resolution_aim_has_none(in_rocket: Cast) -> None:
    add_target(in_rocket, ClockKind.NEXT_RESPONSE, amount=90)
    add_target(in_rocket, ClockKind.UPDATE, unit="business_days", amount=2, by_minute=1080)
    add_target(in_rocket, ClockKind.RESOLUTION, amount=60)
    tables = read_table(in_rocket).tables
    assert [table.code for table in tables] == ["first_response", "next_response", "update"]
    cells = [dict(table.rows[0].columns)[in_rocket.priorities["High"]] for table in tables]
    assert [[cell.amount for cell in each] for each in cells] == [
        ["8h"], ["1h 30m"], ["2 business days by 6:00 PM"],
    ]  # fmt: skip


def test_the_readers_plan_comes_first_even_if_it_is_a_legacy_plan(in_rocket: Cast) -> None:
    old = Plan.objects.create(desk=in_rocket.desk, name="Gold 2019", position=9, is_retired=True)
    assert list_current_plans(in_rocket.desk, own=None) == [in_rocket.plan]
    assert list_current_plans(in_rocket.desk, own=old) == [old, in_rocket.plan]


def test_a_legacy_plan_is_listed_while_accounts_have_it(in_rocket: Cast) -> None:
    old = Plan.objects.create(desk=in_rocket.desk, name="Gold 2019", is_retired=True)
    assert list_legacy_plans(in_rocket.desk, own=None) == []
    type(in_rocket.account).objects.update(plan=old)
    assert list_legacy_plans(in_rocket.desk, own=None) == [old]


def test_channels_name_the_plans_that_include_them(in_rocket: Cast) -> None:
    Plan.objects.create(desk=in_rocket.desk, name="Gold", position=9, allows_hotline=True)
    channels = [(one.name, one.plans) for one in read_table(in_rocket).channels]
    assert channels == [("Portal", "All plans"), ("Email", "All plans"), ("Hotline", "Gold")]


def test_policies_are_listed_for_conditions_that_customers_can_know(in_rocket: Cast) -> None:
    def add_policy(name: str, clock: str, **condition: object) -> None:
        policy = Policy.objects.create(desk=in_rocket.desk, name=name)
        Target.objects.create(
            desk=in_rocket.desk, policy=policy, clock=clock, amount=30, calendar=in_rocket.calendar
        )
        PolicyCondition.objects.create(desk=in_rocket.desk, policy=policy, **condition)

    high = in_rocket.priorities["High"]
    add_policy("Public", "first_response", kind="priority", priority=high)
    paid = in_rocket.departments["paid"]
    add_policy("Internal", "first_response", kind="department", department=paid)
    add_policy("Sales", "first_response", kind="account_status", value="potential_vip")
    add_policy("Aim", "resolution", kind="channel", value="web")
    other = Plan.objects.create(desk=in_rocket.desk, name="Old", is_retired=True)
    add_policy("Elsewhere", "first_response", kind="plan", plan=other)
    [shown] = read_table(in_rocket).exceptions
    assert shown.text == "Applies if the priority is High."
    assert shown.targets == [("First response", "30m (12x5)")]


def test_breaks_and_exceptions_are_said(in_rocket: Cast) -> None:
    mine: dict[str, Any] = {"desk": in_rocket.desk, "calendar": in_rocket.calendar}
    CalendarBreak.objects.create(**mine, start_minute=720, end_minute=780)
    times = {"start_minute": 480, "end_minute": 840}
    CalendarException.objects.create(**mine, date="2026-12-24", name="Christmas Eve", **times)
    CalendarException.objects.create(**mine, date="2026-12-25", **times)
    CalendarException.objects.create(**mine, date="2026-12-28", name="Company day")
    Holiday.objects.create(**mine, date="2026-12-25", name="Christmas")
    [hours] = read_table(in_rocket).hours
    assert "with a break 12:00 PM–1:00 PM" in hours.text
    assert [(day.date, day.name) for day in hours.holidays] == [
        ("Mon, Dec 28, 2026", "Company day")
    ]
    assert [day.name for day in hours.other_days] == [
        "Christmas Eve · 8:00 AM–2:00 PM",
        "Christmas · 8:00 AM–2:00 PM",
    ]
