"""Desk admins learn by email before the holidays of a calendar run out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.tenancy import desk_scope
from helpdesk.holiday_warnings import warn_of_ending_holidays
from helpdesk.tasks import warn_admins_of_ending_holidays
from sla.holidays.horizon import WARN_BEFORE, find_horizon
from sla.models import Holiday, HolidaySource, SourceKind
from tests.cast import NOON, Cast

LAST = date(2026, 12, 25)  # five weeks after NOON


def add_holiday(cast: Cast, day: date = LAST) -> Holiday:
    return Holiday.objects.create(desk=cast.desk, calendar=cast.calendar, date=day)


def warn(cast: Cast, days: int = 0) -> int:
    return warn_of_ending_holidays(desk_id=cast.desk.pk, at=NOON + timedelta(days=days))


def test_each_admin_is_told_once(in_rocket: Cast) -> None:
    add_holiday(in_rocket)
    assert [warn(in_rocket), warn(in_rocket), warn(in_rocket, days=90)] == [1, 0, 0]
    [message] = mail.outbox
    assert message.to == [in_rocket.admin.user.email]
    assert message.subject == "The holiday list of 12x5 ends soon"
    assert "only known until Fri, Dec 25, 2026" in message.body
    assert f"/rocket/admin/sla/calendar/{in_rocket.calendar.pk}/change/" in message.body


def test_admins_are_warned_again_before_the_next_end(in_rocket: Cast) -> None:
    add_holiday(in_rocket)
    warn(in_rocket)
    add_holiday(in_rocket, date(2027, 12, 25))
    assert [warn(in_rocket), warn(in_rocket, days=366)] == [0, 1]


def test_admins_are_not_warned_long_before_the_end(in_rocket: Cast) -> None:
    add_holiday(in_rocket, NOON.date() + WARN_BEFORE)
    assert [warn(in_rocket), warn(in_rocket, days=1)] == [0, 1]


def test_a_calendar_without_holidays_or_always_open_ends_never(in_rocket: Cast) -> None:
    assert warn(in_rocket) == 0
    add_holiday(in_rocket)
    in_rocket.calendar.is_always_open = True
    in_rocket.calendar.save()
    assert (warn(in_rocket), find_horizon(in_rocket.calendar)) == (0, None)


def test_a_source_that_is_refreshed_moves_the_end(in_rocket: Cast) -> None:
    add_holiday(in_rocket)
    mine = {"desk": in_rocket.desk, "calendar": in_rocket.calendar}
    HolidaySource.objects.create(**mine, kind=SourceKind.YEARLY, known_until=date(2026, 12, 1))
    assert find_horizon(in_rocket.calendar) == LAST
    HolidaySource.objects.create(**mine, kind=SourceKind.COUNTRY, known_until=date(2028, 12, 31))
    assert find_horizon(in_rocket.calendar) == date(2028, 12, 31)
    assert warn(in_rocket) == 0


def test_a_refused_email_is_tried_again(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> int:
        raise ConnectionRefusedError

    add_holiday(in_rocket)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert warn(in_rocket) == 0
    assert warn(in_rocket) == 1


def test_the_job_serves_every_desk_and_each_its_own_admins(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            add_holiday(cast, date(2020, 12, 25))
    assert warn_admins_of_ending_holidays() == 2
    assert {message.to[0] for message in mail.outbox} == {
        rocket.admin.user.email,
        matter.admin.user.email,
    }
