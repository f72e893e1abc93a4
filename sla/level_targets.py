"""Services of internal targets of levels, and which tickets a change applies to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from accounts.models import Agent
from sla.models import LevelTarget, ReplanCause, ReplanScope
from sla.replanning import change_settings
from tickets.services.settings_rows import delete_setting, save_setting


def save_level_target(
    *,
    target: LevelTarget,
    values: Mapping[str, Any],
    by: Agent,
    at: datetime,
    scope: ReplanScope = ReplanScope.NEW,
) -> None:
    """Save an internal target. Raises NotAllowedError, InvalidValueError.

    scope: the tickets that it applies to. A new target starts when tickets next reach the level.
    """
    _change(
        target, partial(save_setting, row=target, values=values, by=by, key="clock"), by, at, scope
    )


def delete_level_target(*, target: LevelTarget, by: Agent, at: datetime) -> None:
    """Delete an internal target. Tickets at the level keep its clock. Raises NotAllowedError."""
    _change(target, partial(delete_setting, row=target, by=by), by, at, ReplanScope.NEW)


def _change(
    target: LevelTarget, change: Callable[[], object], by: Agent, at: datetime, scope: ReplanScope
) -> None:
    change_settings(
        desk_id=target.desk_id,
        by=by.name,
        cause=ReplanCause.TARGETS,
        scope=scope,
        change=change,
        at=at,
        subject=str(target) if target.pk else "",
    )
