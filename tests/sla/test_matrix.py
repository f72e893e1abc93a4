"""The SLA matrix: rows and cells, errors beside the cell, and what two admins change at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Plan
from sla.matrix import Cell, Matrix, MatrixConflictError, read_matrix, save_matrix
from sla.models import Calendar, ClockKind, Policy, Target
from tests.cast import Cast


def get_cell(matrix: Matrix, priority: str, status: str = "", plan: str = "Standard") -> Cell:
    (cell,) = [
        cell
        for row in matrix.rows
        for cell in row.cells
        if (cell.plan.name, cell.status, cell.priority.name) == (plan, status, priority)
    ]
    return cell


def write(cell: Cell, text: str, calendar: Calendar | None = None) -> dict[str, str]:
    return {
        f"minutes-{cell.name}": text,
        f"calendar-{cell.name}": str(calendar.pk if calendar else cell.calendar_id or ""),
        f"kept-{cell.name}": cell.kept,
    }


def save(cast: Cast, written: dict[str, str]) -> int:
    matrix = read_matrix(cast.desk, written)
    assert matrix.errors == []
    return save_matrix(desk=cast.desk, matrix=matrix, user=cast.admin.user)


def test_a_row_for_each_plan_and_a_cell_for_each_priority(in_rocket: Cast) -> None:
    Plan.objects.create(desk=in_rocket.desk, name="Plus", position=1)
    matrix = read_matrix(in_rocket.desk)
    assert [(row.plan.name, row.status) for row in matrix.rows] == [("Standard", ""), ("Plus", "")]
    assert [cell.text for cell in matrix.rows[0].cells] == ["8h", "8h", "8h"]
    assert [cell.text for cell in matrix.rows[1].cells] == ["", "", ""]
    assert [priority.name for priority in matrix.priorities] == ["High", "Medium", "Low"]


def test_a_status_with_targets_has_a_row_of_its_own(in_rocket: Cast) -> None:
    Target.objects.create(
        desk=in_rocket.desk,
        plan=in_rocket.plan,
        priority=in_rocket.default_priority,
        account_status="trial",
        amount=90,
        calendar=in_rocket.calendar,
    )
    matrix = read_matrix(in_rocket.desk)
    assert [row.status for row in matrix.rows] == ["", "trial"]
    assert [row.status_label for row in matrix.rows] == ["", "Active trial"]
    assert get_cell(matrix, "Medium", "trial").text == "1h 30m"


def test_a_legacy_plan_shows_as_long_as_it_has_targets(in_rocket: Cast) -> None:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(is_retired=True)
    assert len(read_matrix(in_rocket.desk).rows) == 1
    Target.objects.all().delete()
    assert read_matrix(in_rocket.desk).rows == ()


def test_the_matrix_takes_four_queries(in_rocket: Cast) -> None:
    for number in range(5):
        Plan.objects.create(desk=in_rocket.desk, name=f"Plan {number}")
    with CaptureQueriesContext(connection) as asked:
        read_matrix(in_rocket.desk)
    assert len(asked) == 4


def test_the_only_calendar_is_chosen_for_empty_cells(in_rocket: Cast) -> None:
    Target.objects.all().delete()
    assert get_cell(read_matrix(in_rocket.desk), "High").calendar_id == in_rocket.calendar.pk
    Calendar.objects.create(desk=in_rocket.desk, name="Other", time_zone="UTC")
    assert get_cell(read_matrix(in_rocket.desk), "High").calendar_id is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "2 days",
            "“2 days” isn't a number of business days. Write “2 business days” or “next business "
            "day by 18:00”.",
        ),
        (
            "30s",
            "“30s” isn't a length of time. Use hours and minutes, such as 8h or 30m. The shortest "
            "is 1m.",
        ),
        ("1.4m", "“1.4m” isn't a whole number of minutes. Round it, such as to 1m."),
        ("0m", "Enter at least one minute and at most a year."),
    ],
)
def test_an_error_is_beside_its_cell_with_what_was_typed(
    in_rocket: Cast, text: str, error: str
) -> None:
    cell = get_cell(read_matrix(in_rocket.desk), "High")
    matrix = read_matrix(in_rocket.desk, write(cell, text))
    assert matrix.errors == [error]
    typed = get_cell(matrix, "High")
    assert (typed.text, typed.error) == (text, error)
    assert get_cell(matrix, "Low").error == ""


def test_a_target_needs_a_calendar_of_the_desk(in_rocket: Cast, matter: Cast) -> None:
    cell = get_cell(read_matrix(in_rocket.desk), "High")
    for calendar in ("", str(matter.calendar.pk), "x"):
        written = write(cell, "1h") | {f"calendar-{cell.name}": calendar}
        assert read_matrix(in_rocket.desk, written).errors == [
            "Choose the calendar for this target."
        ]


def test_saving_adds_changes_and_deletes_with_an_audit_each(in_rocket: Cast) -> None:
    Target.objects.filter(priority=in_rocket.priorities["Low"]).delete()
    matrix = read_matrix(in_rocket.desk)
    written = {
        **write(get_cell(matrix, "High"), "1h"),
        **write(get_cell(matrix, "Medium"), ""),
        **write(get_cell(matrix, "Low"), "2h", in_rocket.calendar),
    }
    assert save(in_rocket, written) == 3
    minutes = dict(Target.objects.values_list("priority__name", "amount"))
    assert minutes == {"High": 60, "Low": 120}
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "target_changed",
        "target_deleted",
        "target_added",
    }


def test_what_is_written_as_it_was_is_not_saved(in_rocket: Cast) -> None:
    cell = get_cell(read_matrix(in_rocket.desk), "High")
    assert save(in_rocket, write(cell, "480 min")) == 0
    assert not AuditEntry.objects.exists()


def test_a_conflict_says_what_the_other_admin_saved(in_rocket: Cast) -> None:
    cell = get_cell(read_matrix(in_rocket.desk), "High")
    Target.objects.filter(priority=cell.priority).update(amount=60)
    matrix = read_matrix(in_rocket.desk, write(cell, "2h"))
    assert get_cell(matrix, "High").error == (
        "This target was changed to 1h (12x5) while you were editing. Save again to overwrite it."
    )
    Target.objects.filter(priority=cell.priority).delete()
    matrix = read_matrix(in_rocket.desk, write(cell, "2h"))
    assert get_cell(matrix, "High").error == (
        "This target was removed while you were editing. Save again to keep yours."
    )


def test_a_cell_that_only_the_other_admin_changed_is_theirs(in_rocket: Cast) -> None:
    cell = get_cell(read_matrix(in_rocket.desk), "High")
    Target.objects.filter(priority=cell.priority).update(amount=60)
    shown = get_cell(read_matrix(in_rocket.desk, write(cell, cell.text)), "High")
    assert (shown.text, shown.error) == ("1h", "")


def test_a_target_that_changes_before_the_save_keeps_all_as_it_is(in_rocket: Cast) -> None:
    matrix = read_matrix(in_rocket.desk)
    written = {
        **write(get_cell(matrix, "High"), "1h"),
        **write(get_cell(matrix, "Low"), "1h"),
    }
    mine = read_matrix(in_rocket.desk, written)
    Target.objects.filter(priority=in_rocket.priorities["Low"]).update(amount=30)
    with pytest.raises(MatrixConflictError):
        save_matrix(desk=in_rocket.desk, matrix=mine, user=in_rocket.admin.user)
    minutes = dict(Target.objects.values_list("priority__name", "amount"))
    assert minutes == {"High": 480, "Medium": 480, "Low": 30}


def test_an_empty_cell_that_two_fill_at_once_is_a_conflict(in_rocket: Cast) -> None:
    Target.objects.all().delete()
    cell = get_cell(read_matrix(in_rocket.desk), "High")
    mine = read_matrix(in_rocket.desk, write(cell, "1h", in_rocket.calendar))
    assert save(in_rocket, write(cell, "2h", in_rocket.calendar)) == 1
    with pytest.raises(MatrixConflictError):
        save_matrix(desk=in_rocket.desk, matrix=mine, user=in_rocket.admin.user)


def test_each_clock_has_a_matrix_of_its_own(in_rocket: Cast) -> None:
    matrix = read_matrix(in_rocket.desk, clock=ClockKind.UPDATE)
    assert [cell.text for cell in matrix.rows[0].cells] == ["", "", ""]
    cell = get_cell(matrix, "High")
    written = write(cell, "next business day by 18:00", in_rocket.calendar)
    mine = read_matrix(in_rocket.desk, written, clock=ClockKind.UPDATE)
    assert save_matrix(desk=in_rocket.desk, matrix=mine, user=in_rocket.admin.user) == 1
    target = Target.objects.get(clock=ClockKind.UPDATE)
    assert (target.unit, target.amount, target.by_minute) == ("business_days", 1, 1080)
    entry = AuditEntry.objects.get()
    assert entry.target == "Standard / High / update"
    assert entry.detail["changes"]["target"] == [None, "next business day by 18:00"]
    again = read_matrix(in_rocket.desk, clock=ClockKind.UPDATE)
    assert get_cell(again, "High").text == "next business day by 18:00"
    assert get_cell(read_matrix(in_rocket.desk), "High").text == "8h"


def test_none_overrides_the_general_target_for_a_status_and_needs_no_calendar(
    in_rocket: Cast,
) -> None:
    trial = Target.objects.create(
        desk=in_rocket.desk,
        plan=in_rocket.plan,
        priority=in_rocket.default_priority,
        account_status="trial",
        amount=90,
        calendar=in_rocket.calendar,
    )
    cell = get_cell(read_matrix(in_rocket.desk), "Medium", "trial")
    assert save(in_rocket, write(cell, "none") | {f"calendar-{cell.name}": ""}) == 1
    trial.refresh_from_db()
    assert (trial.unit, trial.calendar) == ("none", None)
    assert get_cell(read_matrix(in_rocket.desk), "Medium", "trial").text == "none"


def test_a_policys_targets_are_not_in_the_matrix(in_rocket: Cast) -> None:
    policy = Policy.objects.create(desk=in_rocket.desk, name="VIP")
    Target.objects.create(desk=in_rocket.desk, policy=policy, amount=5, calendar=in_rocket.calendar)
    assert [cell.text for cell in read_matrix(in_rocket.desk).rows[0].cells] == ["8h", "8h", "8h"]
