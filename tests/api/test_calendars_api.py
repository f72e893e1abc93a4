"""Calendars through the API: read by agents, written by admins, errors by field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from sla.hours import get_working_hours
from sla.models import Calendar, Holiday, Replan
from tests.cast import Cast

URL = "/rocket/api/v1/calendars/"
DAY = {"weekday": 0, "opens": "22:00", "closes": "06:00"}
NIGHTS = {"name": "Nights", "time_zone": "Europe/Berlin", "windows": [DAY]}
FULL = NIGHTS | {
    "breaks": [{"weekday": None, "start": "02:00", "end": "03:00"}],
    "exceptions": [{"date": "2026-12-21", "last_date": "2026-12-23", "name": "Company days"}],
    "holidays": [{"date": "2026-12-31", "name": "Silvester"}],
    "sources": [
        {"kind": "country", "country": "DE", "region": "BY"},
        {"kind": "weekday", "name": "Day off", "month": 6, "nth": -1, "weekday": 4},
    ],
}


@pytest.fixture
def as_admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def write(client: Client, data: Any, calendar: Calendar | None = None) -> Any:
    if calendar is None:
        return client.post(URL, data, content_type="application/json")
    return client.put(f"{URL}{calendar.pk}/", data, content_type="application/json")


def list_errors(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.content
    return [error["field"] for error in answer.json()["errors"]]


def test_a_calendar_is_created_and_read_as_it_was_sent(as_admin: Client) -> None:
    created = write(as_admin, FULL)
    assert created.status_code == 201, created.content
    shown = as_admin.get(f"{URL}{created.json()['id']}/").json()
    assert shown == created.json()
    assert shown["version"] == 1
    assert shown["windows"] == [DAY]
    assert shown["breaks"] == [{"weekday": None, "start": "02:00", "end": "03:00"}]
    assert shown["holidays"] == [{"date": "2026-12-31", "name": "Silvester"}]
    assert [source["region"] for source in shown["sources"]] == ["BY", ""]
    names = {each["name"] for each in shown["imported"]}
    assert {"Day off", "Epiphany"} <= names
    listed = as_admin.get(URL).json()["results"]
    assert [each["name"] for each in listed] == ["12x5", "Nights"]


def test_what_is_read_can_be_written_back(in_rocket: Cast, as_admin: Client) -> None:
    calendar = Calendar.objects.get(pk=write(as_admin, FULL).json()["id"])
    switched = Holiday.objects.get(calendar=calendar, date=date(2027, 1, 6))
    switch = f"{URL}{calendar.pk}/holidays/{switched.pk}/"
    answer = as_admin.put(switch, {"is_active": False}, content_type="application/json")
    assert answer.json()["version"] == 2
    shown = as_admin.get(f"{URL}{calendar.pk}/").json()
    sent = {
        name: value for name, value in shown.items() if name not in {"id", "version", "imported"}
    }
    again = write(as_admin, sent, calendar)
    assert again.status_code == 200
    assert again.json() == shown
    assert not get_working_hours(calendar.pk, 2).is_holiday(date(2027, 1, 6))


def test_a_replaced_calendar_loses_what_is_left_out(in_rocket: Cast, as_admin: Client) -> None:
    calendar = Calendar.objects.get(pk=write(as_admin, FULL).json()["id"])
    assert write(as_admin, NIGHTS, calendar).json()["version"] == 2
    hours = get_working_hours(calendar.pk, 2)
    assert (hours.breaks, hours.exceptions, hours.holidays) == ((), (), frozenset())


@pytest.mark.parametrize("scope", ["new", "open"])
def test_open_tickets_follow_if_they_should(in_rocket: Cast, as_admin: Client, scope: str) -> None:
    data = NIGHTS | {"name": "12x5", "applies_to": scope}
    assert write(as_admin, data, in_rocket.calendar).status_code == 200
    replan = Replan.objects.get()
    assert (replan.scope, replan.by_name) == (scope, in_rocket.admin.name)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a taken name": ({"name": "12x5"}, "name"),
    "an unknown zone": ({"time_zone": "Mars/Base"}, "time_zone"),
    "no hours": ({"windows": []}, "windows"),
    "only breaks": ({"breaks": [{"start": "00:00", "end": "24:00"}]}, "windows"),
    "a wrong time": ({"windows": [DAY | {"opens": "25:00"}]}, "windows.0.opens"),
    "a number for a time": ({"windows": [DAY | {"opens": 480}]}, "windows.0.opens"),
    "a wrong weekday": ({"windows": [DAY | {"weekday": 7}]}, "windows.0.weekday"),
    "an unknown field": ({"open": True}, "open"),
    "half an exception": (
        {"exceptions": [{"date": "2026-12-24", "opens": "09:00"}]},
        "exceptions.0.closes",
    ),
    "an exception of ten years": (
        {"exceptions": [{"date": "2026-12-24", "last_date": "2036-12-24"}]},
        "exceptions.0.last_date",
    ),
    "an exception before the last date there is": (
        {"exceptions": [{"date": "9999-12-31", "last_date": "9999-12-30"}]},
        "exceptions.0.last_date",
    ),
    "a date closed and open": (
        {
            "exceptions": [
                {"date": "2026-12-24"},
                {"date": "2026-12-24", "opens": "09:00", "closes": "12:00"},
            ]
        },
        "exceptions",
    ),
    "a date twice": ({"holidays": [{"date": "2026-12-25"}] * 2}, "holidays"),
    "an unknown country": (
        {"sources": [{"kind": "country", "country": "XX"}]},
        "sources.0.country",
    ),
    "an unknown region": (
        {"sources": [{"kind": "country", "country": "DE", "region": "SP"}]},
        "sources.0.region",
    ),
    "a rule without a month": (
        {"sources": [{"kind": "yearly", "name": "Off", "day": 1}]},
        "sources.0.month",
    ),
    "a day that never comes": (
        {"sources": [{"kind": "yearly", "name": "Off", "month": 2, "day": 30}]},
        "sources.0.day",
    ),
    "a file for a feed": ({"sources": [{"kind": "feed", "url": "file:///x"}]}, "sources.0.url"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_wrong_values_are_refused_by_field_and_change_nothing(
    as_admin: Client, wrong: tuple[dict[str, Any], str]
) -> None:
    values, field = wrong
    errors = list_errors(write(as_admin, NIGHTS | values))
    assert any(each.startswith(field) for each in errors), errors
    assert Calendar.objects.count() == 1


def test_an_analyst_can_read_but_not_write(in_rocket: Cast, sign_in: Any) -> None:
    client = sign_in(in_rocket.analyst.user)
    assert client.get(URL).status_code == 200
    assert write(client, NIGHTS).status_code == 403
    assert write(client, NIGHTS, in_rocket.calendar).status_code == 403


def test_a_typed_holiday_is_not_switched(in_rocket: Cast, as_admin: Client) -> None:
    typed = Holiday.objects.create(
        desk=in_rocket.desk, calendar=in_rocket.calendar, date=date(2026, 12, 25)
    )
    for holiday_id in (typed.pk, 0, 2**70):
        url = f"{URL}{in_rocket.calendar.pk}/holidays/{holiday_id}/"
        answer = as_admin.put(url, {"is_active": False}, content_type="application/json")
        assert answer.status_code == 404


def test_another_desks_calendar_does_not_exist(
    in_rocket: Cast, matter: Cast, as_admin: Client
) -> None:
    assert as_admin.get(f"{URL}{matter.calendar.pk}/").status_code == 404
    assert write(as_admin, NIGHTS, matter.calendar).status_code == 404


def test_an_exception_can_be_on_the_last_date_there_is(as_admin: Client) -> None:
    last = {"date": "9999-12-31", "last_date": "9999-12-31"}
    assert write(as_admin, NIGHTS | {"exceptions": [last]}).status_code == 201
