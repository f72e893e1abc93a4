"""Reads of defects for pages, emails and the API."""

from __future__ import annotations

from tickets.models import StageSetting


def load_stage_settings(desk_id: int) -> dict[str, StageSetting]:
    """Return a desk's settings of stages by stage. A stage without any has its usual ones."""
    return {setting.stage: setting for setting in StageSetting.objects.filter(desk_id=desk_id)}
