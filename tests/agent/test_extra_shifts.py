"""Pages of extra shifts: entered and canceled by leads, drawn in the week plan."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from accounts.models import User
from helpdesk.agent.schedules.week import Week, build_week_plan
from routing.candidates import list_staff
from routing.models import ExtraShift, Shift
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.staff import add_extra_shift

SCHEDULE = "/rocket/agent/schedule/"
DAY = timedelta(days=1)
LATER = datetime.now(UTC).date() + 10 * DAY


@pytest.fixture
def lead(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.lead.user)


def build_form(**changes: str) -> dict[str, str]:
    return {"day": LATER.isoformat(), "start": "20:00", "end": "02:00", **changes}


def test_a_lead_adds_an_evening_in_the_agents_zone_and_cancels_it(
    rocket: Cast, lead: Client
) -> None:
    User.objects.filter(pk=rocket.analyst.user_id).update(time_zone="Asia/Kolkata")
    week_plan = f"{SCHEDULE}agents/{rocket.analyst.pk}/"
    assert "No extra shifts." in lead.get(week_plan).content.decode()
    new = f"{week_plan}extra-shifts/new/"
    assert "Asia/Kolkata" in lead.get(new).content.decode()
    answer = lead.post(new, build_form())
    assert (answer.status_code, answer["Location"]) == (303, week_plan)
    with inside(rocket):
        shift = ExtraShift.objects.get()
    assert shift.start_at == datetime.combine(LATER, time(14, 30), UTC)
    assert shift.end_at - shift.start_at == timedelta(hours=6)
    page = lead.get(week_plan).content.decode()
    assert "Cancel extra shift" in page
    assert lead.post(f"{SCHEDULE}extra-shifts/{shift.pk}/cancellation/").status_code == 303
    with inside(rocket):
        assert not ExtraShift.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"day": "2020-01-04"}, "already over"),
        ({"day": "soon"}, "Enter a valid date"),
        ({"start": ""}, "This field is required"),
    ],
)
def test_a_refused_extra_shift_keeps_the_form(
    rocket: Cast, lead: Client, changes: dict[str, str], error: str
) -> None:
    new = f"{SCHEDULE}agents/{rocket.analyst.pk}/extra-shifts/new/"
    answer = lead.post(new, build_form(**changes))
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert "02:00" in answer.content.decode()


def test_agents_see_their_own_and_cannot_plan(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        shift = add_extra_shift(rocket.analyst, datetime.now(UTC) + DAY)
    page = client.get(f"{SCHEDULE}mine/").content.decode()
    assert "Extra shifts" in page
    assert "Cancel extra shift" not in page
    own = f"{SCHEDULE}agents/{rocket.analyst.pk}/extra-shifts/new/"
    assert client.get(own).status_code == client.post(own, build_form()).status_code == 403
    cancel = f"{SCHEDULE}extra-shifts/{shift.pk}/cancellation/"
    assert client.post(cancel).status_code == 403


def test_agents_and_extra_shifts_of_another_desk_do_not_exist(
    rocket: Cast, matter: Cast, lead: Client
) -> None:
    with inside(matter):
        shift = add_extra_shift(matter.analyst, datetime.now(UTC) + DAY)
    new = f"{SCHEDULE}agents/{matter.analyst.pk}/extra-shifts/new/"
    assert lead.get(new).status_code == lead.post(new, build_form()).status_code == 404
    assert lead.post(f"{SCHEDULE}extra-shifts/{shift.pk}/cancellation/").status_code == 404
    with inside(matter):
        assert ExtraShift.objects.count() == 1


def test_the_week_plan_draws_them_as_work(in_rocket: Cast) -> None:
    Shift.objects.all().delete()
    add_extra_shift(in_rocket.analyst, NOON + 3 * DAY, hours=4)
    in_rocket.desk.refresh_from_db()
    staff = list_staff(in_rocket.desk)
    week = Week(NOON.date() - 2 * DAY, "UTC")
    plan = build_week_plan(in_rocket.desk, in_rocket.analyst, staff, week, at=NOON)
    [cells] = [person.cells for person in plan.people if person.name == "Analyst"]
    assert cells[5].times == ("1:00 PM - 5:00 PM",)
    assert cells[5].notes == ("Extra shift",)
    assert 'data-kind="extra"' in cells[5].picture
    assert len(plan.coverage[5].notes) == 2  # nobody before and after it
