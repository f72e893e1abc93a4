"""System checks for names in the settings: event followers and scheduled tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from helpdesk.celery import app

KINDS = "tickets.events.EventKind"  # a dotted path: checks are registered before models are loaded


def check_followers(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Check that every follower is a dict from event kinds to functions (plumbline.E001, E002)."""
    paths = [*settings.NOW_FOLLOWERS, *settings.LATER_FOLLOWERS]
    return [error for path in paths for error in _check_follower(path)]


def _check_follower(path: str) -> list[CheckMessage]:
    try:
        followers = import_string(path)
    except ImportError as error:
        return [Error(f"Cannot import the follower {path}: {error}", id="plumbline.E001")]
    if not isinstance(followers, Mapping):
        return [
            Error(
                f"The follower {path} is not a dict from event kinds to functions.",
                id="plumbline.E001",
            )
        ]
    kinds = set(import_string(KINDS))
    return [
        Error(f"The follower {path} has an invalid entry: {kind!r}.", id="plumbline.E002")
        for kind, follower in followers.items()
        if kind not in kinds or not callable(follower)
    ]


def check_schedule(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Check that every scheduled job names a task that the worker knows (plumbline.E003)."""
    app.autodiscover_tasks(force=True)
    return [
        Error(
            f"The scheduled job {name!r} names an unknown task: {job['task']}.", id="plumbline.E003"
        )
        for name, job in settings.CELERY_BEAT_SCHEDULE.items()
        if job["task"] not in app.tasks
    ]
