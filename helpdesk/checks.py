"""System checks of what is wired by name: followers of events, accounts and defects, and tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.utils.module_loading import import_string

from helpdesk.celery import app

# By name, since checks are registered before the models are read.
KINDS = "tickets.events.EventKind"
TASK_NAMES = "tickets.queueing.TASK_NAMES"
DELIVERY = "tickets.models.EventDelivery"


def check_followers(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Check that followers of events are dicts from event kinds to functions (E001, E002, E005)."""
    listed = [*settings.NOW_FOLLOWERS.items(), *settings.LATER_FOLLOWERS.items()]
    return [
        *(error for key, path in listed for error in _check_follower(key, path)),
        *_check_keys(settings.LATER_FOLLOWERS),
    ]


def _check_follower(key: str, path: str) -> list[CheckMessage]:
    try:
        followers = import_string(path)
    except ImportError as error:
        hint = f"The follower {key!r} is not at {path}: {error}"
        return [Error(hint, id="plumbline.E001")]
    if not isinstance(followers, Mapping):
        hint = f"The follower {key!r} at {path} is not a dict from event kinds to functions."
        return [Error(hint, id="plumbline.E001")]
    kinds = set(import_string(KINDS))
    return [
        Error(f"The follower {key!r} has an invalid entry for {kind!r}.", id="plumbline.E002")
        for kind, follower in followers.items()
        if kind not in kinds or not callable(follower)
    ]


def _check_keys(keys: Iterable[str]) -> list[CheckMessage]:
    longest = import_string(DELIVERY)._meta.get_field("follower").max_length
    return [
        Error(f"The follower key {key!r} is not a short identifier.", id="plumbline.E005")
        for key in keys
        if not key.isidentifier() or len(key) > longest
    ]


def check_account_followers(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Check that the followers of accounts, of defects and of tags are functions (E001)."""
    listed = (
        settings.ACCOUNT_FOLLOWERS,
        settings.DEPARTURE_FOLLOWERS,
        settings.DEFECT_FOLLOWERS,
        settings.TAG_FOLLOWERS,
    )
    return [
        Error(f"The follower {key!r} has no function at {path}.", id="plumbline.E001")
        for followers in listed
        for key, path in followers.items()
        if not _is_function(path)
    ]


def check_after_commit(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Check that the functions called after a commit exist (E001)."""
    return [
        Error(f"There is no function at {path}, to call after a commit.", id="plumbline.E001")
        for path in (*settings.AFTER_COMMIT, *settings.AFTER_DEFECT_COMMIT)
        if not _is_function(path)
    ]


def check_reply_way(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Check that the functions that place replies and make imported HTML safe exist (E001)."""
    return [
        Error(f"There is no function at {path}.", id="plumbline.E001")
        for path in (settings.REPLY_WAY, settings.IMPORTED_HTML)
        if not _is_function(path)
    ]


def check_ladder_duty(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Check that the functions that find agents for escalation ladders exist (E001)."""
    return [
        Error(f"There is no function at {path}, for ladders: {name}.", id="plumbline.E001")
        for name, path in settings.LADDER_DUTY.items()
        if not _is_function(path)
    ]


def _is_function(path: str) -> bool:
    try:
        return callable(import_string(path))
    except ImportError:
        return False


def check_schedule(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Check that every scheduled job names a task that the worker knows (E003)."""
    app.autodiscover_tasks(force=True)
    return [
        Error(f"The scheduled job {name!r} names no task: {job['task']}.", id="plumbline.E003")
        for name, job in settings.CELERY_BEAT_SCHEDULE.items()
        if job["task"] not in app.tasks
    ]


def check_queued_tasks(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Check that every task name in the code that queues tasks is one the worker knows (E004)."""
    app.autodiscover_tasks(force=True)
    return [
        Error(f"The code queues {name}, which is no task.", id="plumbline.E004")
        for name in sorted(import_string(TASK_NAMES))
        if name not in app.tasks
    ]


def check_names_of_settings(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Warn of names in the environment and .env that are almost a setting (W001)."""
    return [CheckWarning(problem, id="plumbline.W001") for problem in settings.MISSPELLED]
