"""Before SLA settings are saved, the admin sees what they do to open tickets, and chooses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from sla.models import Clock, Replan, Target
from sla.replanning import apply_replans
from tests.admin.test_targets_and_hours import post_calendar
from tests.cast import NOON, Cast
from tests.forms import read_form

MATRIX = "/rocket/admin/sla/matrix/"


@pytest.fixture
def desk(rocket: Cast) -> Cast:
    """A desk with two open tickets of the default priority, and one of another."""
    with desk_scope(rocket.desk):
        for priority in ("Medium", "Medium", "High"):
            rocket.open_ticket(priority=rocket.priorities[priority])
    return rocket


def write_cell(cast: Cast, client: Client, text: str) -> dict:
    name = f"minutes-{cast.plan.pk}-{cast.priorities['Medium'].pk}-"
    return read_form(client.get(MATRIX).content.decode()) | {name: text}


def read_minutes(cast: Cast) -> set[int]:
    with desk_scope(cast.desk):
        return set(Target.objects.values_list("amount", flat=True))


def test_the_page_asks_first_and_saves_nothing(desk: Cast, at_rocket: Client) -> None:
    answer = at_rocket.post(MATRIX, write_cell(desk, at_rocket, "9 h"))
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert "<strong>2</strong> open tickets get a new deadline." in page
    assert "<strong>2</strong> requests would be answered later than promised." in page
    assert "1 open ticket stays as it is." in page
    assert "was changed" not in page
    assert read_minutes(desk) == {480}
    with desk_scope(desk.desk):
        assert not AuditEntry.objects.exists()
        assert not Replan.objects.exists()
    assert "was changed" not in at_rocket.get(MATRIX).content.decode()


@pytest.mark.parametrize(("scope", "moved"), [("new", 0), ("open", 2)])
def test_the_choice_is_saved_and_done(
    desk: Cast, at_rocket: Client, scope: str, moved: int
) -> None:
    asked = at_rocket.post(MATRIX, write_cell(desk, at_rocket, "9 h"))
    again = read_form(asked.content.decode()) | {"replan_scope": scope}
    assert at_rocket.post(MATRIX, again).status_code == 302
    assert read_minutes(desk) == {480, 540}
    with desk_scope(desk.desk):
        while apply_replans(desk_id=desk.desk.pk, at=NOON):
            pass
        replan = Replan.objects.get()
        assert (replan.scope, replan.moved, replan.by_name) == (
            scope, moved, "admin@rocket.example",
        )  # fmt: skip
        late = Clock.objects.filter(due_at=NOON + timedelta(hours=9)).count()
    assert late == moved


def test_what_moves_nothing_is_saved_at_once(desk: Cast, at_rocket: Client) -> None:
    name = f"minutes-{desk.plan.pk}-{desk.priorities['Low'].pk}-"
    form = read_form(at_rocket.get(MATRIX).content.decode()) | {name: "9 h"}
    assert at_rocket.post(MATRIX, form).status_code == 302
    assert "1 SLA target was changed." in at_rocket.get(MATRIX).content.decode()
    with desk_scope(desk.desk):
        assert not Replan.objects.exists()


def test_changed_hours_ask_too(desk: Cast, at_rocket: Client) -> None:
    holiday = {"holidays-TOTAL_FORMS": 1, "holidays-0-date": "2026-11-18"}
    answer = post_calendar(at_rocket, desk, **holiday)
    assert "<strong>3</strong> open tickets get a new deadline." in answer.content.decode()
    with desk_scope(desk.desk):
        assert desk.calendar.holidays.count() == 0
    page = f"/rocket/admin/sla/calendar/{desk.calendar.pk}/change/"
    again = read_form(answer.content.decode()) | {"replan_scope": "open"}
    assert at_rocket.post(page, again).status_code == 302
    with desk_scope(desk.desk):
        assert desk.calendar.holidays.count() == 1
        replan = Replan.objects.get()
        assert (replan.cause, replan.subject) == ("calendar", "12x5")


def test_a_change_that_another_admin_made_meanwhile_is_not_lost(
    desk: Cast, at_rocket: Client
) -> None:
    asked = at_rocket.post(MATRIX, write_cell(desk, at_rocket, "9 h"))
    with desk_scope(desk.desk):
        Target.objects.filter(priority=desk.priorities["Medium"]).update(amount=60)
    again = read_form(asked.content.decode()) | {"replan_scope": "open"}
    answer = at_rocket.post(MATRIX, again)
    assert answer.status_code == 422
    assert "changed to 1h (12x5) while you were editing" in answer.content.decode()
    assert read_minutes(desk) == {60, 480}


def test_the_matrix_of_another_clock_is_saved_and_shown_again(
    desk: Cast, at_rocket: Client
) -> None:
    page = f"{MATRIX}?clock=update"
    name = f"{desk.plan.pk}-{desk.priorities['Low'].pk}-"
    form = read_form(at_rocket.get(page).content.decode())
    answer = at_rocket.post(page, form | {f"minutes-{name}": "2 business days"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    with desk_scope(desk.desk):
        assert Target.objects.get(clock="update").unit == "business_days"
    assert 'value="2 business days"' in at_rocket.get(page).content.decode()
    shown = at_rocket.get(f"{MATRIX}?clock=nonsense").content.decode()
    assert "From the request to the first public reply." in shown
