"""English dates of the admin and of Django's filters match those of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format, get_format, localize, reset_format_cache

from accounts.tenancy import desk_scope
from helpdesk.shared.wording import times
from tests.agent.conftest import SignIn
from tests.cast import Cast

AT = datetime(2026, 11, 26, 11, 30, tzinfo=UTC)


def test_english_dates_read_as_on_our_own_pages() -> None:
    assert localize(AT) == "Thu, Nov 26, 2026, 11:30 AM"
    assert localize(date(2026, 11, 26)) == "Thu, Nov 26, 2026"
    assert localize(AT.time()) == "11:30 AM"
    assert date_format(AT, "SHORT_DATE_FORMAT") == "Nov 26, 2026"
    assert date_format(AT, "SHORT_DATETIME_FORMAT") == "Nov 26, 2026, 11:30 AM"
    page = Template("{{ at|date }} | {{ at|time }} | {{ at }}").render(Context({"at": AT}))
    assert page == "Thu, Nov 26, 2026 | 11:30 AM | Thu, Nov 26, 2026, 11:30 AM"


def test_other_languages_and_what_people_enter_keep_djangos_formats() -> None:
    with translation.override("de"):
        assert localize(AT) == "26. November 2026 11:30"
    assert "%m/%d/%Y" in get_format("DATE_INPUT_FORMATS")
    assert get_format("DECIMAL_SEPARATOR") == "."


@pytest.fixture
def without_our_formats(settings) -> Iterator[None]:
    settings.FORMAT_MODULE_PATH = None
    reset_format_cache()
    yield
    settings.FORMAT_MODULE_PATH = "helpdesk.formats"
    reset_format_cache()


def format_all() -> tuple[str, ...]:
    return (
        times.format_datetime(AT),
        times.format_full_datetime(AT),
        times.format_full_date(AT),
        times.format_time(AT),
        times.format_ago(AT, now=AT + timedelta(days=400)),
    )


OURS = (
    "Thu, Nov 26, 11:30 AM",
    "Thursday, November 26, 2026, 11:30 AM UTC",
    "Thursday, November 26, 2026",
    "11:30 AM",
    "Nov 26, 2026",
)


def test_times_on_our_own_pages_with_our_formats() -> None:
    assert format_all() == OURS


def test_times_on_our_own_pages_do_not_depend_on_our_formats(without_our_formats: None) -> None:
    assert localize(AT) == "Nov. 26, 2026, 11:30 a.m."
    assert format_all() == OURS


def test_the_admin_shows_such_dates(rocket: Cast, sign_in: SignIn) -> None:
    admin: Client = sign_in(rocket.admin.user)
    with desk_scope(rocket.desk):
        rocket.open_ticket(at=AT)
    page = admin.get("/rocket/admin/tickets/ticketevent/").content.decode()
    assert "Thu, Nov 26, 2026, 8:30 AM" in page
