"""What is wired by name is checked by `manage.py check`: followers and the timetable."""

from typing import Any

import pytest
from celery.schedules import schedule
from django.core.checks import CheckMessage

from helpdesk.checks import check_followers, check_timetable

NO_FOLLOWERS = 7
WRONG_KIND = {"ticket.vanished": print}
WRONG_FUNCTION = {"ticket.opened": "print"}
HERE = "tests.start_up.test_wiring"


def ids(faults: list[CheckMessage]) -> list[str | None]:
    return [fault.id for fault in faults]


def test_the_followers_of_the_settings_are_sound() -> None:
    assert check_followers(None) == []


def test_the_timetable_of_the_settings_is_sound() -> None:
    assert check_timetable(None) == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("tickets.nowhere.LATER", "plumbline.E001"),
        ("tickets.events.NOWHERE", "plumbline.E001"),
        (f"{HERE}.NO_FOLLOWERS", "plumbline.E001"),
        (f"{HERE}.WRONG_KIND", "plumbline.E002"),
        (f"{HERE}.WRONG_FUNCTION", "plumbline.E002"),
    ],
)
def test_a_follower_that_is_none_is_found(settings: Any, path: str, fault: str) -> None:
    settings.LATER_FOLLOWERS = [path]
    assert ids(check_followers(None)) == [fault]


def test_a_task_that_nobody_wrote_is_found(settings: Any) -> None:
    settings.CELERY_BEAT_SCHEDULE = {
        "dust": {"task": "tickets.tasks.dust", "schedule": schedule(60)}
    }
    assert ids(check_timetable(None)) == ["plumbline.E003"]
