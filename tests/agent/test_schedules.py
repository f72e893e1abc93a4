"""The week plan, an agent's own schedule, absences, presence, and the plans that leads change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, Region, User
from helpdesk.agent.schedules.pictures import Bar, draw_day
from helpdesk.agent.schedules.week import Week, build_week_plan
from helpdesk.shared.wording.times import format_day
from routing.candidates import list_staff
from routing.models import Absence, Presence, Shift, Team, TeamMember
from routing.shifts import Span
from tests.agent.conftest import SignIn, count_statements, inside
from tests.cast import NOON, Cast
from tests.staff import add_absence, give_shift

SCHEDULE, MINE = "/rocket/agent/schedule/", "/rocket/agent/schedule/mine/"
ABSENCE = "/rocket/agent/schedule/absences/new/"
DAY = timedelta(days=1)
TODAY = datetime.now(UTC).date()
LEAVE = {
    "kind": "leave",
    "first_day": (TODAY + 10 * DAY).isoformat(),
    "last_day": (TODAY + 12 * DAY).isoformat(),
    "note": "Beach",
}


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def set_zone(cast: Cast, zone: str) -> None:
    User.objects.filter(pk=cast.analyst.user_id).update(time_zone=zone)


def test_the_week_plan_shows_people_by_days_in_the_readers_zone(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        Shift.objects.all().delete()
        give_shift(rocket.colleague, weekday=2)
        give_shift(rocket.level_two, weekday=3, start=1320, end=360)
    set_zone(rocket, "America/Sao_Paulo")
    page = read(client, f"{SCHEDULE}?week=2026-11-18")
    assert "Week of Monday, November 16, 2026" in page
    assert "(UTC-03)" in page
    assert "6:00 AM - 2:00 PM" in page  # 09:00 to 17:00 UTC
    assert "7:00 PM - 12:00 AM" in page  # Thursday night, cut at midnight
    assert "12:00 AM - 3:00 AM" in page
    assert "Observer" not in page.partition("<table")[2]


def test_absences_holidays_turns_and_gaps_are_named(in_rocket: Cast) -> None:
    Shift.objects.all().delete()
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(country="BR")
    give_shift(in_rocket.analyst, weekday=4)
    give_shift(in_rocket.colleague, weekday=4, start=0, end=600)
    add_absence(in_rocket.colleague, NOON, kind="sick")
    in_rocket.desk.refresh_from_db()
    week = Week(NOON.date() - 2 * DAY, "UTC")
    people = {}
    for reader in (in_rocket.analyst, in_rocket.lead):
        staff = list_staff(in_rocket.desk)
        plan = build_week_plan(in_rocket.desk, reader, staff, week, at=NOON)
        people[reader.name] = {person.name: person.cells for person in plan.people}
    assert people["Lead"]["Colleague"][2].notes == ("Sick",)
    assert people["Analyst"]["Colleague"][2].notes == ("Absent",)
    friday = people["Analyst"]["Analyst"][4]
    assert (friday.times, len(friday.notes)) == ((), 1)  # November 20 is a holiday in Brazil
    assert plan.coverage[4].notes == ("Nobody 10:00 AM - 12:00 AM",)
    assert plan.coverage[0].notes == ("Nobody 12:00 AM - 12:00 AM",)
    assert [day.is_today for day in plan.days] == [False, False, True, *[False] * 4]


def test_a_day_is_drawn_on_its_own_scale() -> None:
    """The night in which Berlin's clocks go back is 25 hours long."""
    week = Week(datetime(2026, 10, 19, tzinfo=UTC).date(), "Europe/Berlin")
    sunday = week.days[6]
    assert sunday.end - sunday.start == timedelta(hours=25)
    half = sunday.start + timedelta(hours=12, minutes=30)
    drawn = draw_day(sunday, [Bar(Span(sunday.start - DAY, half), "work", "<b>")])
    assert 'class="day-part" data-kind="work" x="0" y="0" width="120"' in drawn
    assert "&lt;b&gt;" in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("week", ["nonsense", "2026-02-31", "1500-01-01", "9999-12-31"])
def test_a_week_that_does_not_exist_is_not_found(client: Client, week: str) -> None:
    assert client.get(f"{SCHEDULE}?week={week}").status_code == 404


def test_regions_filter_the_plan(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        region = Region.objects.create(desk=rocket.desk, name="EMEA", time_zone="Europe/Berlin")
        Agent.objects.filter(pk=rocket.colleague.pk).update(region=region)
    table = read(client, f"{SCHEDULE}?region={region.pk}").partition("<table")[2]
    assert "Colleague" in table
    assert "Level Two" not in table


def test_only_leads_see_who_is_missing(rocket: Cast, client: Client, sign_in: SignIn) -> None:
    title = "Should be on shift and isn&#x27;t"
    assert title not in read(client, SCHEDULE).replace("'", "&#x27;")
    page = read(sign_in(rocket.lead.user), SCHEDULE).replace("'", "&#x27;")
    section = page.partition(title)[2].partition("</section>")[0]
    assert "Colleague" in section
    assert "never active" in section
    assert "<bdi>Lead</bdi>" not in section  # just opened a page


def test_the_page_takes_as_many_statements_for_many_people(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        team = Team.objects.create(desk=rocket.desk, name="Days")
        give_shift(team)
    few = count_statements(client, SCHEDULE)
    with inside(rocket):
        for agent in (rocket.analyst, rocket.colleague, rocket.level_two):
            TeamMember.objects.create(desk=rocket.desk, team=team, agent=agent)
            add_absence(agent, NOON)
        for name in ("Nights", "Weekends"):
            give_shift(Team.objects.create(desk=rocket.desk, name=name))
    assert count_statements(client, SCHEDULE) == few


def test_an_agent_enters_and_cancels_an_absence(rocket: Cast, client: Client) -> None:
    set_zone(rocket, "America/Sao_Paulo")
    answer = client.post(ABSENCE, {**LEAVE, "agent": rocket.analyst.pk})
    assert (answer.status_code, answer["Location"]) == (303, MINE)
    with inside(rocket):
        absence = Absence.objects.get()
        assert (absence.agent, absence.note) == (rocket.analyst, "Beach")
        start = datetime.combine(TODAY + 10 * DAY, datetime.min.time(), UTC)
        assert absence.start_at == start + timedelta(hours=3)
        assert absence.end_at == absence.start_at + 3 * DAY
    assert f"Leave: {format_day(start)} to {format_day(start + 2 * DAY)}" in read(client, MINE)
    cancel = f"/rocket/agent/schedule/absences/{absence.pk}/cancellation/"
    assert client.post(cancel).status_code == 303
    with inside(rocket):
        assert not Absence.objects.exists()


def test_an_absence_between_times_is_in_the_zone_of_the_agent(
    rocket: Cast, sign_in: SignIn
) -> None:
    set_zone(rocket, "Europe/Berlin")
    lead = sign_in(rocket.lead.user)
    times = {"from_time": "14:00", "to_time": "15:30", "last_day": LEAVE["first_day"]}
    answer = lead.post(ABSENCE, {**LEAVE, **times, "agent": rocket.analyst.pk})
    assert (answer.status_code, answer["Location"]) == (303, SCHEDULE)
    with inside(rocket):
        absence = Absence.objects.get()
        assert absence.end_at - absence.start_at == timedelta(minutes=90)
        assert absence.start_at.astimezone(UTC).hour in (12, 13)
        assert absence.created_by == rocket.lead


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"last_day": (TODAY + 9 * DAY).isoformat()}, "must end after it starts"),
        ({"first_day": "2020-01-01", "last_day": "2020-01-02"}, "already over"),
        ({"first_day": "soon"}, "Enter a valid date"),
        ({"first_day": "0001-01-01"}, "greater than or equal to 1970-01-01"),
        ({"last_day": "9999-12-31"}, "less than or equal to 2099-12-31"),
        ({"kind": "party"}, "Select a valid choice"),
    ],
)
def test_a_refused_absence_keeps_the_form(
    rocket: Cast, client: Client, changes: dict[str, str], error: str
) -> None:
    answer = client.post(ABSENCE, {**LEAVE, "agent": rocket.analyst.pk, **changes})
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert "Beach" in answer.content.decode()


def test_an_agent_cannot_choose_another_one(rocket: Cast, client: Client) -> None:
    answer = client.post(ABSENCE, {**LEAVE, "agent": rocket.colleague.pk})
    assert answer.status_code == 422
    with inside(rocket):
        absence = add_absence(rocket.colleague, datetime.now(UTC) + DAY)
    client.post(f"/rocket/agent/schedule/absences/{absence.pk}/cancellation/")
    with inside(rocket):
        assert Absence.objects.filter(pk=absence.pk).exists()


def test_a_presence_with_reason_and_end(rocket: Cast, client: Client) -> None:
    until = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    set_zone(rocket, "UTC")
    answer = client.post(
        "/rocket/agent/presence/details/",
        {"state": "away", "reason": "Doctor", "until": until},
    )
    assert answer.status_code == 303
    with inside(rocket):
        presence = Presence.objects.get(agent=rocket.analyst)
        assert (presence.state, presence.reason) == ("away", "Doctor")
        assert presence.until is not None
    page = read(client, MINE)
    assert "Away: <bdi>Doctor</bdi>" in page
    past = {"state": "away", "until": "2020-01-01T10:00"}
    assert client.post("/rocket/agent/presence/details/", past).status_code == 422


def test_the_menu_offers_every_other_presence(rocket: Cast, client: Client) -> None:
    for state, label in (("own", "Own tickets only"), ("on_call", "On call, urgent tickets only")):
        client.post("/rocket/agent/presence/", {"state": state})
        page = read(client, "/rocket/agent/")
        assert f"{label} ·" in page
        assert "Set yourself as available" in page
    client.post("/rocket/agent/presence/", {"state": "asleep"})
    with inside(rocket):
        assert Presence.objects.get(agent=rocket.analyst).state == "on_call"


def build_rows(*rows: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for place, row in enumerate(rows):
        data |= {f"form-{place}-{name}": value for name, value in row.items()}
    return data


ROW = {"weekday": 0, "start": "09:00", "end": "17:30", "time_zone": "Europe/Berlin"}


def test_a_lead_changes_the_week_of_an_agent(rocket: Cast, sign_in: SignIn) -> None:
    lead, url = sign_in(rocket.lead.user), f"{SCHEDULE}agents/{rocket.analyst.pk}/"
    assert "Save week plan" in read(lead, url)
    empty = {"weekday": 3, "start": "", "end": "", "time_zone": "UTC"}
    night = {**ROW, "weekday": 1, "start": "22:00", "end": "00:00", "works_on_holidays": "on"}
    assert lead.post(url, build_rows(ROW, night, empty)).status_code == 303
    with inside(rocket):
        found = Shift.objects.filter(agent=rocket.analyst).order_by("weekday")
        assert list(found.values_list("weekday", "start_minute", "end_minute")) == [
            (0, 540, 1050),
            (1, 1320, 1440),
        ]
        assert [shift.works_on_holidays for shift in found] == [False, True]


def test_a_team_gets_its_own_week(rocket: Cast, sign_in: SignIn) -> None:
    with inside(rocket):
        team = Team.objects.create(desk=rocket.desk, name="Days")
    admin, url = sign_in(rocket.admin.user), f"{SCHEDULE}teams/{team.pk}/"
    assert admin.post(url, build_rows(ROW)).status_code == 303
    with inside(rocket):
        assert Shift.objects.get(team=team).end_minute == 1050
    assert "1 shift" in read(admin, SCHEDULE)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([{**ROW, "end": ""}], "Enter a time."),
        ([{**ROW, "start": "9 o’clock"}], "Enter a valid time"),
        ([ROW, {**ROW, "start": "17:00", "end": "19:00"}], "Two shifts overlap"),
        ([{**ROW, "time_zone": "Mars/Olympus"}], "Select a valid choice"),
    ],
)
def test_a_refused_week_changes_nothing(
    rocket: Cast, sign_in: SignIn, rows: list[dict[str, Any]], error: str
) -> None:
    lead, url = sign_in(rocket.lead.user), f"{SCHEDULE}agents/{rocket.analyst.pk}/"
    answer = lead.post(url, build_rows(*rows))
    assert answer.status_code == 422
    assert error in answer.content.decode()
    with inside(rocket):
        assert Shift.objects.filter(agent=rocket.analyst).count() == 7


def test_the_rows_of_another_desk_do_not_exist(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    lead = sign_in(rocket.lead.user)
    with inside(matter):
        absence = add_absence(matter.analyst, NOON)
        team = Team.objects.create(desk=matter.desk, name="Days")
    assert lead.get(f"{SCHEDULE}agents/{matter.analyst.pk}/").status_code == 404
    assert lead.get(f"{SCHEDULE}teams/{team.pk}/").status_code == 404
    assert lead.post(f"{SCHEDULE}absences/{absence.pk}/cancellation/").status_code == 404


def test_activity_comes_from_pages_and_not_from_what_they_refresh(
    rocket: Cast, client: Client
) -> None:
    client.get(MINE, headers={"HX-Request": "true"})
    client.get("/rocket/agent/stream/", headers={"Accept": "text/event-stream"})
    with inside(rocket):
        assert not Presence.objects.exists()
    client.get(MINE)
    with inside(rocket):
        assert Presence.objects.get().last_active_at is not None


def test_an_observers_schedule_is_read_only(rocket: Cast, sign_in: SignIn) -> None:
    observer = sign_in(rocket.observer.user)
    assert "Enter an absence" not in read(observer, SCHEDULE)
    assert "Enter an absence" not in read(observer, MINE)
