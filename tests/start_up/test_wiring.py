"""`manage.py check` finds wrong names: followers, scheduled tasks and tasks that code queues."""

import ast
import subprocess
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import schedule
from django.core.checks import CheckMessage

from helpdesk.celery import app
from helpdesk.checks import (
    check_account_followers,
    check_after_commit,
    check_followers,
    check_ladder_duty,
    check_queued_tasks,
    check_reply_way,
    check_schedule,
)
from tickets import queueing
from tickets.queueing import Queue, TaskName

NOT_A_DICT = 7
UNKNOWN_KIND = {"ticket.vanished": print}
NOT_CALLABLE = {"ticket.opened": "print"}
HERE = "tests.start_up.test_wiring"


def get_ids(errors: list[CheckMessage]) -> list[str | None]:
    return [error.id for error in errors]


def test_the_configured_names_are_valid() -> None:
    for check in (
        check_followers,
        check_account_followers,
        check_after_commit,
        check_ladder_duty,
        check_reply_way,
        check_schedule,
        check_queued_tasks,
    ):
        assert check(None) == []


INVALID = [
    ("tickets.nowhere.LATER", "plumbline.E001"),
    ("tickets.events.NOWHERE", "plumbline.E001"),
    (f"{HERE}.NOT_A_DICT", "plumbline.E001"),
    (f"{HERE}.UNKNOWN_KIND", "plumbline.E002"),
    (f"{HERE}.NOT_CALLABLE", "plumbline.E002"),
]


@pytest.mark.parametrize("setting", ["NOW_FOLLOWERS", "LATER_FOLLOWERS"])
@pytest.mark.parametrize(("path", "error_id"), INVALID)
def test_an_invalid_follower_is_found(
    settings: Any, setting: str, path: str, error_id: str
) -> None:
    setattr(settings, setting, {"test": path})
    assert get_ids(check_followers(None)) == [error_id]


@pytest.mark.parametrize("key", ["channels_intake.followers.LATER", "k" * 81, "", "two words"])
def test_a_key_that_is_no_short_identifier_is_found(settings: Any, key: str) -> None:
    settings.LATER_FOLLOWERS = {key: "tickets.notifications.LATER"}
    assert get_ids(check_followers(None)) == ["plumbline.E005"]


@pytest.mark.parametrize(
    "setting",
    ["ACCOUNT_FOLLOWERS", "DEPARTURE_FOLLOWERS", "DEFECT_FOLLOWERS", "TAG_FOLLOWERS"],
)
@pytest.mark.parametrize("path", ["tickets.nowhere.follow", f"{HERE}.NOT_A_DICT"])
def test_an_invalid_account_follower_is_found(settings: Any, setting: str, path: str) -> None:
    setattr(settings, setting, {"test": path})
    assert get_ids(check_account_followers(None)) == ["plumbline.E001"]


@pytest.mark.parametrize("path", ["tickets.nowhere.publish", f"{HERE}.NOT_A_DICT"])
def test_an_invalid_function_after_the_commit_is_found(settings: Any, path: str) -> None:
    settings.AFTER_COMMIT = [path]
    assert get_ids(check_after_commit(None)) == ["plumbline.E001"]


def test_a_missing_function_of_ladders_is_found(settings: Any) -> None:
    settings.LADDER_DUTY = {"on_call": "routing.nowhere.find"}
    assert get_ids(check_ladder_duty(None)) == ["plumbline.E001"]


def test_a_missing_function_for_replies_is_found(settings: Any) -> None:
    settings.REPLY_WAY = "channels_intake.nowhere.place"
    assert get_ids(check_reply_way(None)) == ["plumbline.E001"]


def test_an_unknown_scheduled_task_is_found(settings: Any) -> None:
    settings.CELERY_BEAT_SCHEDULE = {
        "dust": {"task": "tickets.tasks.dust", "schedule": schedule(60)}
    }
    assert get_ids(check_schedule(None)) == ["plumbline.E003"]


def test_an_unknown_queued_task_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "TASK_NAMES", set())
    TaskName("tickets.tasks.deliver_events", queue=Queue.BULK)
    assert check_queued_tasks(None) == []
    TaskName("tickets.tasks.dust", queue=Queue.BULK)
    assert get_ids(check_queued_tasks(None)) == ["plumbline.E004"]


def list_named_tasks() -> dict[str, str]:
    """Return the arguments of all TaskName calls in the code, with their files."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], capture_output=True, text=True, check=True
    ).stdout.split()
    return {
        call.args[0].value: path
        for path in listed
        if not path.startswith("tests/")
        for call in ast.walk(ast.parse(Path(path).read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "TaskName"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_task_name_in_the_code_is_a_task() -> None:
    """Includes modules that `manage.py check` does not import, such as commands."""
    app.autodiscover_tasks(force=True)
    named = list_named_tasks()
    assert "channels_intake.tasks.send_outgoing" in named
    assert {name: path for name, path in named.items() if name not in app.tasks} == {}
