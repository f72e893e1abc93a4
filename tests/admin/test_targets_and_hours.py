"""Changed SLA targets and business hours apply to new tickets and not to earlier ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from sla.durations import InvalidDurationError, format_duration_input, parse_duration
from sla.models import Clock, Target
from tests.cast import Cast

MATRIX = "/rocket/admin/sla/matrix/"


def due_at_of_next_ticket(cast: Cast, **changes: Any) -> datetime:
    with desk_scope(cast.desk):
        return Clock.objects.get(ticket=cast.open_ticket(**changes)).due_at


def post_calendar(client: Client, cast: Cast, **changes: Any) -> Any:
    """Post the calendar's form as shown, with some fields changed."""
    address = f"/rocket/admin/sla/calendar/{cast.calendar.pk}/change/"
    page = client.get(address)
    fields = {**page.context["adminform"].form.initial}
    for formset in [inline.formset for inline in page.context["inline_admin_formsets"]]:
        fields |= {
            f"{formset.prefix}-{name}": value
            for name, value in formset.management_form.initial.items()
        }
        for form in formset.initial_forms:
            for bound in form:
                fields[bound.html_name] = bound.value()
    sent = {
        name: value
        for name, value in (fields | changes).items()
        if value is not None and value is not False
    }
    return client.post(address, sent)


def test_a_shorter_target_in_the_matrix_applies_to_the_next_ticket(
    rocket: Cast, at_rocket: Client
) -> None:
    medium = rocket.priorities["Medium"]
    assert due_at_of_next_ticket(rocket) == datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
    cell = f"{rocket.plan.pk}-{medium.pk}-"
    assert at_rocket.get(MATRIX).status_code == 200
    answer = at_rocket.post(
        MATRIX,
        {f"minutes-{cell}": "4 h", f"calendar-{cell}": rocket.calendar.pk, "replan_scope": "new"},
    )
    assert answer.status_code == 302
    assert due_at_of_next_ticket(rocket) == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
    with desk_scope(rocket.desk):
        assert {c.due_at.hour for c in Clock.objects.all()} == {21, 17}
        entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("admin@rocket.example", "target_changed")
    assert entry.target == "Standard / Medium"
    assert entry.detail["changes"]["minutes"] == [480, 240]


def test_a_shorter_target_on_the_plans_page_applies_too(rocket: Cast, at_rocket: Client) -> None:
    address = f"/rocket/admin/accounts/plan/{rocket.plan.pk}/change/"
    with desk_scope(rocket.desk):
        targets = list(Target.objects.filter(plan=rocket.plan))
    rows = {
        "name": "Standard",
        "position": 0,
        "impact_weight": 1,
        "targets-TOTAL_FORMS": len(targets),
        "targets-INITIAL_FORMS": len(targets),
    }
    for number, target in enumerate(targets):
        rows |= {
            f"targets-{number}-id": target.pk,
            f"targets-{number}-plan": rocket.plan.pk,
            f"targets-{number}-priority": target.priority_id,
            f"targets-{number}-amount": "4 h",
            f"targets-{number}-calendar": target.calendar_id,
            f"targets-{number}-account_status": "",
        }
    answer = at_rocket.post(address, rows)
    assert answer.status_code == 302, answer.context["errors"]
    assert due_at_of_next_ticket(rocket) == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail["model"]) == ("changed", "accounts.plan")
    assert [row["changes"] for row in entry.detail["rows"]] == [{"amount": [480, 240]}] * 3


def test_new_opening_hours_apply_to_the_next_ticket(rocket: Cast, at_rocket: Client) -> None:
    assert due_at_of_next_ticket(rocket) == datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
    answer = post_calendar(
        at_rocket,
        rocket,
        **{
            f"windows-{row}-{field}": time
            for row in range(5)
            for field, time in WINDOW_9_TO_13.items()
        },
        replan_scope="new",
    )
    assert answer.status_code == 302
    # In Sao Paulo: 10:00 to 13:00 on Wed, 09:00 to 13:00 on Thu, one more hour on Fri.
    assert due_at_of_next_ticket(rocket) == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    with desk_scope(rocket.desk):
        rocket.calendar.refresh_from_db()
        entry = AuditEntry.objects.get()
    assert rocket.calendar.version == 2
    assert entry.detail["rows"][0]["changes"]["end_minute"] == [1200, 780]


WINDOW_9_TO_13 = {"start_minute": "09:00", "end_minute": "13:00"}


def test_a_holiday_applies_to_the_next_ticket(rocket: Cast, at_rocket: Client) -> None:
    holiday = {
        "holidays-TOTAL_FORMS": 1,
        "holidays-0-date": "2026-11-18",
        "holidays-0-name": "Feast",
    }
    answer = post_calendar(at_rocket, rocket, **holiday)
    assert answer.status_code == 302
    assert due_at_of_next_ticket(rocket) == datetime(2026, 11, 19, 19, 0, tzinfo=UTC)


def delete_windows(count: int) -> dict[str, str]:
    return {f"windows-{row}-DELETE": "on" for row in range(count)}


def test_the_last_opening_stays_unless_the_calendar_is_always_open(
    rocket: Cast, at_rocket: Client
) -> None:
    answer = post_calendar(at_rocket, rocket, **delete_windows(5))
    assert answer.status_code == 200
    assert "Without opening hours, SLA targets" in answer.content.decode()
    with desk_scope(rocket.desk):
        assert rocket.calendar.windows.count() == 5
    assert post_calendar(at_rocket, rocket, **delete_windows(4)).status_code == 302
    with desk_scope(rocket.desk):
        assert rocket.calendar.windows.count() == 1
    answer = post_calendar(at_rocket, rocket, **delete_windows(1), is_always_open="on")
    assert answer.status_code == 302
    assert post_calendar(at_rocket, rocket, is_always_open="").status_code == 200
    with desk_scope(rocket.desk):
        rocket.calendar.refresh_from_db()
    assert rocket.calendar.is_always_open


def test_a_new_calendar_has_opening_hours(rocket: Cast, at_rocket: Client) -> None:
    page = "/rocket/admin/sla/calendar/add/"
    sent = {"name": "Nights", "time_zone": "UTC"}
    sent |= {
        f"{rows}-{what}_FORMS": 0
        for rows in (
            "windows",
            "breaks",
            "exceptions",
            "holidays",
            "holiday_sources",
            "holiday_sources-2",
            "holiday_sources-3",
        )
        for what in ("TOTAL", "INITIAL")
    }
    assert b"Without opening hours" in at_rocket.post(page, sent).content
    window = {"weekday": 0, "start_minute": "22:00", "end_minute": "06:00"}
    row = {f"windows-0-{name}": value for name, value in window.items()}
    assert at_rocket.post(page, sent | row | {"windows-TOTAL_FORMS": 1}).status_code == 302


def test_a_calendar_saved_unchanged_stays_the_same_version(rocket: Cast, at_rocket: Client) -> None:
    assert post_calendar(at_rocket, rocket).status_code == 302
    with desk_scope(rocket.desk):
        rocket.calendar.refresh_from_db()
        assert not AuditEntry.objects.exists()
    assert rocket.calendar.version == 1


@pytest.mark.parametrize(
    ("field", "time"), [("start_minute", "24:00"), ("start_minute", "8"), ("end_minute", "25:10")]
)
def test_an_invalid_time_is_an_error_of_its_field(
    field: str, time: str, rocket: Cast, at_rocket: Client
) -> None:
    answer = post_calendar(at_rocket, rocket, **{f"windows-0-{field}": time})
    assert answer.status_code == 200
    assert b"Enter a time as HH:MM" in answer.content
    assert time.encode() in answer.content


def test_an_error_in_one_cell_saves_nothing_and_keeps_the_input(
    rocket: Cast, at_rocket: Client
) -> None:
    high, low = rocket.priorities["High"], rocket.priorities["Low"]
    answer = at_rocket.post(
        MATRIX,
        {
            f"minutes-{rocket.plan.pk}-{high.pk}-": "2 h",
            f"minutes-{rocket.plan.pk}-{low.pk}-": "two days",
        },
    )
    assert answer.status_code == 422
    assert b'value="2 h"' in answer.content
    assert b'value="two days"' in answer.content
    with desk_scope(rocket.desk):
        assert set(Target.objects.values_list("amount", flat=True)) == {480}


def test_an_empty_cell_means_no_target(rocket: Cast, at_rocket: Client) -> None:
    medium = rocket.priorities["Medium"]
    at_rocket.post(MATRIX, {f"minutes-{rocket.plan.pk}-{medium.pk}-": ""})
    with desk_scope(rocket.desk):
        assert not Target.objects.filter(priority=medium).exists()
        assert not Clock.objects.filter(ticket=rocket.open_ticket()).exists()


def test_the_matrix_of_one_desk_cannot_write_to_another(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    theirs = matter.priorities["Normal"]
    at_rocket.post(MATRIX, {f"minutes-{matter.plan.pk}-{theirs.pk}-": "1 min"})
    with desk_scope(matter.desk):
        assert set(Target.objects.values_list("amount", flat=True)) == {480}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8 h", 480),
        ("8h", 480),
        ("30 min", 30),
        ("1 h 30 min", 90),
        ("1.5 h", 90),
        ("1,5 hours", 90),
        ("90m", 90),
    ],
)
def test_durations_are_read(text: str, minutes: int) -> None:
    assert parse_duration(text) == minutes
    assert parse_duration(format_duration_input(minutes)) == minutes


@pytest.mark.parametrize(
    "text", ["8", "two days", "1 d", "8 h or so", "-8 h", "0 min", "99999 h", "h"]
)
def test_ambiguous_durations_are_rejected(text: str) -> None:
    with pytest.raises(InvalidDurationError):
        parse_duration(text)
