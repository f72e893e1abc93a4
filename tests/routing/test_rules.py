"""Pure rules of departments and shifts (M46-M48, M50, M55, M80)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AccountStatus, DepartmentKind
from accounts.places.local_times import MINUTES_IN_DAY
from routing.rules import AccountFacts, choose_department
from routing.shifts import ShiftFacts, is_on_shift
from tickets.sentences.reasons import describe_reason

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("account", "is_unverified", "kind", "sentence"),
    [
        (
            AccountFacts("Acme", "customer", "Plus"),
            True,
            DepartmentKind.COMMUNITY,
            "The sender is unverified, so no account's plan applies.",
        ),
        (
            None,
            False,
            DepartmentKind.COMMUNITY,
            "The sender doesn't belong to an account.",
        ),
        (
            AccountFacts("Acme", "trial", "Plus"),
            False,
            DepartmentKind.TRIALS,
            "Acme has the status Active trial.",
        ),
        (
            AccountFacts("Acme", "community", "Plus"),
            False,
            DepartmentKind.COMMUNITY,
            "Acme has the status Community.",
        ),
        (
            AccountFacts("Acme", "customer", ""),
            False,
            DepartmentKind.COMMUNITY,
            "Acme is a customer without a support plan.",
        ),
        (
            AccountFacts("Acme", "customer", "Plus"),
            False,
            DepartmentKind.PAID,
            "Acme is a customer with the Plus plan.",
        ),
    ],
)
def test_each_rule_has_its_reason(
    account: AccountFacts | None, is_unverified: bool, kind: DepartmentKind, sentence: str
) -> None:
    chosen, reason = choose_department(account, is_unverified=is_unverified)
    assert (chosen, describe_reason(reason)) == (kind, sentence)


@pytest.mark.parametrize("status", AccountStatus)
def test_every_status_leads_to_a_department(status: AccountStatus) -> None:
    for plan in ("", "Plus"):
        kind, reason = choose_department(
            AccountFacts("Acme", status.value, plan), is_unverified=False
        )
        assert kind in DepartmentKind
        assert "Acme" in describe_reason(reason)


def test_an_unknown_status_fails_loudly() -> None:
    with pytest.raises(ValueError, match="vip"):
        choose_department(AccountFacts("Acme", "vip", "Plus"), is_unverified=False)


shifts = st.builds(
    ShiftFacts,
    st.integers(0, 6),
    st.integers(0, MINUTES_IN_DAY - 1),
    st.integers(1, MINUTES_IN_DAY),
    st.just("UTC"),
)


@given(shifts, st.integers(0, 7 * MINUTES_IN_DAY - 1))
def test_a_shift_covers_the_minutes_from_its_start_to_its_end(
    shift: ShiftFacts, minute: int
) -> None:
    start = shift.weekday * MINUTES_IN_DAY + shift.start_minute
    end = shift.weekday * MINUTES_IN_DAY + shift.end_minute
    if shift.end_minute <= shift.start_minute:
        end += MINUTES_IN_DAY
    covered = {number % (7 * MINUTES_IN_DAY) for number in range(start, end)}
    at = MONDAY + timedelta(minutes=minute, seconds=59)
    assert is_on_shift([shift], at) is (minute in covered)


def test_one_of_several_shifts_is_enough_and_none_covers_nothing() -> None:
    early, late = ShiftFacts(0, 480, 720, "UTC"), ShiftFacts(0, 780, 1020, "UTC")
    at = MONDAY + timedelta(hours=14)
    assert is_on_shift([early, late], at)
    assert not is_on_shift([early], at)
    assert not is_on_shift([], at)


def test_a_shift_follows_the_wall_clock_when_clocks_change() -> None:
    """Sunday 22:00 to Monday 06:00 in Berlin, around the nights of the time changes."""
    shift = ShiftFacts(6, 1320, 360, "Europe/Berlin")
    for day in (datetime(2026, 3, 30, tzinfo=BERLIN), datetime(2026, 10, 26, tzinfo=BERLIN)):
        assert is_on_shift([shift], day.replace(hour=5, minute=59))
        assert not is_on_shift([shift], day.replace(hour=6))


def test_an_instant_in_any_zone_is_the_same_instant() -> None:
    shift = ShiftFacts(0, 540, 600, "UTC")
    at = MONDAY + timedelta(hours=9, minutes=30)
    for zone in ("Asia/Kolkata", "America/Sao_Paulo", "Pacific/Kiritimati"):
        assert is_on_shift([shift], at.astimezone(ZoneInfo(zone)))
