"""Services of internal targets of levels. Tickets at a level keep the clocks that they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Agent
from sla.models import LevelTarget, ReplanCause, ReplanScope
from sla.previews import Touched
from sla.replanning import request_replan
from tickets.services.settings_rows import delete_setting, save_setting


def save_level_target(
    *, target: LevelTarget, values: Mapping[str, Any], by: Agent, at: datetime
) -> None:
    """Save an internal target. Raises NotAllowedError, InvalidValueError."""
    is_new = target.pk is None
    with transaction.atomic():
        has_changed = save_setting(row=target, values=values, by=by, key="clock")
        if has_changed and not is_new:
            record_kept_clocks(target=target, by=by.name, at=at)


def delete_level_target(*, target: LevelTarget, by: Agent, at: datetime) -> None:
    """Delete an internal target. Raises NotAllowedError."""
    with transaction.atomic():
        delete_setting(row=target, by=by)
        record_kept_clocks(target=target, by=by.name, at=at)


def record_kept_clocks(*, target: LevelTarget, by: str, at: datetime) -> None:
    """Record that tickets at the level keep the clocks that they have."""
    request_replan(
        desk_id=target.desk_id,
        by=by,
        cause=ReplanCause.TARGETS,
        scope=ReplanScope.NEW,
        touched=Touched(),
        at=at,
        subject=str(target),
    )
