"""System checks of what is wired by name: followers of events and the timetable of tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from helpdesk.celery import app

KINDS = (
    "tickets.events.EventKind"  # by name, since checks are registered before the models are read
)


def check_followers(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Every follower of the settings is a dict from event kinds to functions (plumbline.E001, E002)."""
    paths = [*settings.NOW_FOLLOWERS, *settings.LATER_FOLLOWERS]
    return [fault for path in paths for fault in _faults_of_follower(path)]


def _faults_of_follower(path: str) -> list[CheckMessage]:
    try:
        followers = import_string(path)
    except ImportError as error:
        return [Error(f"The follower {path} cannot be found: {error}", id="plumbline.E001")]
    if not isinstance(followers, Mapping):
        return [
            Error(
                f"The follower {path} is no dict from event kind to function.", id="plumbline.E001"
            )
        ]
    kinds = set(import_string(KINDS))
    return [
        Error(f"The follower {path} has an entry that is none: {kind!r}.", id="plumbline.E002")
        for kind, follower in followers.items()
        if kind not in kinds or not callable(follower)
    ]


def check_timetable(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Every job of the timetable is a task that the worker knows (plumbline.E003)."""
    app.autodiscover_tasks(force=True)
    return [
        Error(
            f"The timetable's {name!r} names {job['task']}, which is no task.", id="plumbline.E003"
        )
        for name, job in settings.CELERY_BEAT_SCHEDULE.items()
        if job["task"] not in app.tasks
    ]
