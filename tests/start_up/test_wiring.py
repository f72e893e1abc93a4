"""`manage.py check` finds wrong names in the settings: followers and scheduled tasks."""

from typing import Any

import pytest
from celery.schedules import schedule
from django.core.checks import CheckMessage

from helpdesk.checks import check_followers, check_schedule

NOT_A_DICT = 7
UNKNOWN_KIND = {"ticket.vanished": print}
NOT_CALLABLE = {"ticket.opened": "print"}
HERE = "tests.start_up.test_wiring"


def get_ids(errors: list[CheckMessage]) -> list[str | None]:
    return [error.id for error in errors]


def test_the_configured_followers_are_valid() -> None:
    assert check_followers(None) == []


def test_the_configured_schedule_is_valid() -> None:
    assert check_schedule(None) == []


@pytest.mark.parametrize(
    ("path", "error_id"),
    [
        ("tickets.nowhere.LATER", "plumbline.E001"),
        ("tickets.events.NOWHERE", "plumbline.E001"),
        (f"{HERE}.NOT_A_DICT", "plumbline.E001"),
        (f"{HERE}.UNKNOWN_KIND", "plumbline.E002"),
        (f"{HERE}.NOT_CALLABLE", "plumbline.E002"),
    ],
)
def test_an_invalid_follower_is_found(settings: Any, path: str, error_id: str) -> None:
    settings.LATER_FOLLOWERS = [path]
    assert get_ids(check_followers(None)) == [error_id]


def test_an_unknown_task_is_found(settings: Any) -> None:
    settings.CELERY_BEAT_SCHEDULE = {
        "dust": {"task": "tickets.tasks.dust", "schedule": schedule(60)}
    }
    assert get_ids(check_schedule(None)) == ["plumbline.E003"]
