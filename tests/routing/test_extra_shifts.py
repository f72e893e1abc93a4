"""Extra shifts: who may enter them, which are refused, and who gets tickets in them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import AuditEntry, Desk
from accounts.tenancy import desk_scope
from routing.models import ExtraShift, Shift
from routing.staff.extra_shifts import add_extra_shift, cancel_extra_shift
from routing.staff.missing import list_missing
from routing.staff.retention import KEPT, delete_old
from routing.tasks import report_missing_agents, sweep_old_schedules
from tests.cast import NOON, Cast
from tests.staff import add_absence
from tests.staff import add_extra_shift as make_extra_shift
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.models import Notification

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY = NOON + 3 * DAY


def enter(cast: Cast, who: str = "analyst", by: str = "lead", **changes: datetime) -> ExtraShift:
    times = {"start_at": SATURDAY, "end_at": SATURDAY + 6 * HOUR, **changes}
    return add_extra_shift(agent=getattr(cast, who), by=getattr(cast, by), at=NOON, **times)


@pytest.mark.parametrize("by", ["lead", "admin"])
def test_leads_and_admins_enter_one_and_the_agent_gets_tickets_in_it(
    in_rocket: Cast, by: str
) -> None:
    Shift.objects.all().delete()
    enter(in_rocket, by=by)
    in_rocket.desk.refresh_from_db()
    tickets = [
        in_rocket.open_ticket(at=SATURDAY + hours * HOUR).assignee for hours in (-0.1, 0, 5.9, 6)
    ]
    assert tickets == [None, in_rocket.analyst, in_rocket.analyst, None]
    entry = AuditEntry.objects.get(detail__model="routing.extrashift")
    assert (entry.action, entry.target, entry.detail["start_at"]) == (
        "added",
        "Analyst",
        SATURDAY.isoformat(),
    )


@pytest.mark.parametrize("by", ["analyst", "colleague", "observer"])
def test_nobody_else_can_enter_or_cancel_one(in_rocket: Cast, by: str) -> None:
    with pytest.raises(NotAllowedError):
        enter(in_rocket, by=by)
    shift = enter(in_rocket)
    with pytest.raises(NotAllowedError):
        cancel_extra_shift(shift=shift, by=getattr(in_rocket, by), at=NOON)
    assert ExtraShift.objects.count() == 1


def test_a_lead_of_another_desk_can_not_plan_here(in_rocket: Cast, matter: Cast) -> None:
    with pytest.raises(NotAllowedError):
        add_extra_shift(
            agent=in_rocket.analyst, start_at=SATURDAY, end_at=SATURDAY + HOUR, by=matter.lead,
            at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "hours", "field"),
    [
        (SATURDAY, 0, "end_at"),
        (SATURDAY, -1, "end_at"),
        (SATURDAY, 24.01, "end_at"),
        (NOON - 3 * HOUR, 3, "end_at"),
        (NOON - 25 * HOUR, 26, "start_at"),
        (NOON + 4 * 366 * DAY, 8, "start_at"),
    ],
)
def test_impossible_times_name_their_field(
    in_rocket: Cast, start: datetime, hours: float, field: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        enter(in_rocket, start_at=start, end_at=start + hours * HOUR)
    assert refused.value.field == field
    assert not ExtraShift.objects.exists()


def test_one_that_overlaps_another_or_an_absence_is_refused(in_rocket: Cast) -> None:
    enter(in_rocket)
    with pytest.raises(InvalidValueError, match="overlaps the extra shift"):
        enter(in_rocket, start_at=SATURDAY + 5 * HOUR, end_at=SATURDAY + 8 * HOUR)
    enter(in_rocket, start_at=SATURDAY + 6 * HOUR, end_at=SATURDAY + 8 * HOUR)
    enter(in_rocket, "colleague")
    add_absence(in_rocket.level_two, SATURDAY)
    with pytest.raises(InvalidValueError, match="is absent from"):
        enter(in_rocket, "level_two")


def test_a_future_one_is_deleted_and_a_running_one_ends_now(in_rocket: Cast) -> None:
    future, running, over = (
        make_extra_shift(in_rocket.analyst, NOON + days * DAY, hours=6) for days in (3, 0, -2)
    )
    for shift in (future, running):
        cancel_extra_shift(shift=shift, by=in_rocket.lead, at=NOON + HOUR)
    with pytest.raises(InvalidValueError, match="is over"):
        cancel_extra_shift(shift=over, by=in_rocket.lead, at=NOON + HOUR)
    assert list(ExtraShift.objects.values_list("pk", "end_at")) == [
        (over.pk, over.end_at),
        (running.pk, NOON + HOUR),
    ]
    cancel_extra_shift(shift=future, by=in_rocket.lead, at=NOON + HOUR)  # once more: nothing
    actions = AuditEntry.objects.filter(detail__model="routing.extrashift").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["deleted", "changed"]


def test_who_misses_an_extra_shift_is_reported_at_a_desk_without_weekly_ones(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shift.objects.all().delete()
    Desk.objects.filter(pk=in_rocket.desk.pk).update(missing_minutes=15)
    make_extra_shift(in_rocket.analyst, NOON)
    in_rocket.desk.refresh_from_db()
    [missing] = list_missing(in_rocket.desk, NOON + HOUR)
    assert (missing.agent, missing.since) == (in_rocket.analyst, NOON)
    monkeypatch.setattr("routing.tasks.timezone.now", lambda: NOON + HOUR)
    report_missing_agents()
    assert Notification.objects.filter(agent=in_rocket.lead).count() == 1


def test_old_ones_are_deleted_like_absences(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            make_extra_shift(cast.analyst, NOON - KEPT - DAY)
            make_extra_shift(cast.analyst, NOON - KEPT)
    with desk_scope(rocket.desk):
        assert delete_old(ExtraShift, desk_id=rocket.desk.pk, at=NOON) == 1
        assert ExtraShift.objects.count() == 1
    with desk_scope(matter.desk):
        assert ExtraShift.objects.count() == 2
    assert sweep_old_schedules() >= 0
