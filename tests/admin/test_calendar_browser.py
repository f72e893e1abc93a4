"""The page of a calendar in a browser: its year is readable on a phone, in light and dark."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from sla.holidays.refresh import fill_source
from sla.hours import save_version
from sla.models import CalendarBreak, CalendarException, HolidaySource, SourceKind
from tests.admin.test_browser_policy import Visit, visit
from tests.axe import find_faults
from tests.cast import NOON, Cast

__all__ = ["visit"]
pytestmark = pytest.mark.browser


@pytest.fixture
def special(rocket: Cast) -> Cast:
    """Fill the calendar with a break, exceptions and the holidays of a country."""
    mine: dict[str, Any] = {"desk": rocket.desk, "calendar": rocket.calendar}
    with desk_scope(rocket.desk):
        CalendarBreak.objects.create(**mine, start_minute=720, end_minute=780)
        CalendarException.objects.create(
            **mine, date=date(2026, 12, 24), start_minute=480, end_minute=840, name="Christmas Eve"
        )
        CalendarException.objects.create(
            **mine, date=date(2026, 12, 28), last_date=date(2026, 12, 30), name="Company days"
        )
        source = HolidaySource.objects.create(
            **mine, kind=SourceKind.COUNTRY, country="BR", region="SP"
        )
        fill_source(source, at=NOON)
        save_version(rocket.calendar)
    return rocket


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_readable_in_every_theme_and_width(
    special: Cast, visit: Visit, scheme: Any
) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        visit.open(f"sla/calendar/{special.calendar.pk}/change/")
        assert page.locator(".year-picture caption").count() == 24
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0
        assert find_faults(page, context=".year-details") == []
