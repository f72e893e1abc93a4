"""Filled contexts of the partials of the board and of the schedule pages."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from helpdesk.agent.components.board import HourBar, LaneRow, StaffRow, WaitingTicket
from helpdesk.agent.schedules.components import (
    DayCell,
    DayHead,
    PersonWeek,
    SwapLine,
    WeekPlan,
)
from helpdesk.shared.components import Link
from tests.interface.factories import ISO


def make_board() -> dict[str, Any]:
    waiting = make_waiting()["tickets"]
    return {
        "lanes": (LaneRow("Support", "Level 1", "/queue", 3, 1, 2, ISO, "3h", 1, 1),),
        "unassigned": waiting,
        "unclaimed": waiting,
        "people": (make_colleague(capacity=10), make_colleague(capacity=0)),
        "hours": (HourBar("9", 2, 0, 20, 0, "Americas", "9:00: 2 breaches"),),
        "days": 14,
        "refreshed": "12:00 PM",
    }


def make_waiting() -> dict[str, Any]:
    ticket = WaitingTicket(
        "/tickets/7", "RC-7", "Odd", "High", ISO, "3h", "Everyone has as much as they can take."
    )
    return {"tickets": (ticket,)}


def make_colleague(*, capacity: int) -> StaffRow:
    return StaffRow(
        name="Ana Souza",
        initials="AS",
        tone="3",
        level="Level 1",
        region="Americas",
        state="away",
        state_label="Away",
        state_tone="amber",
        load=4,
        capacity=capacity,
        until="6:00 PM",
    )


def make_day(**changes: Any) -> DayCell:
    picture = mark_safe("<svg></svg>")  # a drawing of the product is safe as well
    return DayCell(picture, ("9:00 AM - 6:00 PM",), ("On call",), **changes)


def make_week() -> dict[str, Any]:
    today = make_day(is_today=True)
    people = tuple(
        PersonWeek("Ana Souza", "AS", "3", "Level 1", (today,), url) for url in ("/shifts/1", "")
    )
    heading = DayHead("Mon 23", "2026-11-23", is_today=True)
    return {"plan": WeekPlan("Week 48", "São Paulo", (heading,), people, (today,))}


def make_swaps() -> dict[str, Any]:
    text = "Ana offers Ben the turn of Monday."
    return {"swaps": [SwapLine(text, "/swaps/1", is_asked=asked) for asked in (True, False)]}


def make_tabs() -> dict[str, Any]:
    return {"tabs": (Link("/schedule", "Week", current=True), Link("/schedule/mine", "Mine"))}
