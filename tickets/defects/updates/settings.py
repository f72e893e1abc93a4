"""The desk's settings of stages: their reading, and saving of all of them at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import record_audit
from accounts.models import AuditAction, Desk, User
from tickets.models import StageSetting

FIELDS = ("name", "tells_customers", "text", "back_text", "translations")


class StageConflictError(Exception):
    """Another admin saved one of the stages since the form was shown. Nothing was saved."""


def load_stage_settings(desk_id: int) -> dict[str, StageSetting]:
    """Return a desk's settings of stages by stage. A stage without any has its usual ones."""
    stored = StageSetting.objects.filter(desk_id=desk_id).select_related("desk")
    return {setting.stage: setting for setting in stored}


def get_version(setting: StageSetting | None) -> str:
    """Return a token that changes with what is stored about a stage; "" for nothing."""
    if setting is None or setting.pk is None:
        return ""
    values = json.dumps([getattr(setting, name) for name in FIELDS], sort_keys=True)
    return sha256(values.encode()).hexdigest()[:16]


def save_stage_settings(
    *, desk: Desk, settings: Iterable[StageSetting], seen: Mapping[str, str], user: User
) -> int:
    """Save changed settings of a desk's stages, each with an audit entry. Return how many.

    seen: the version of each stage that the admin saw. Raises StageConflictError.
    """
    try:
        with transaction.atomic():
            rows = StageSetting.objects.select_for_update().filter(desk=desk)
            stored = {row.stage: row for row in rows}
            return sum(
                _save(desk, stored.get(setting.stage), setting, seen[setting.stage], user)
                for setting in settings
            )
    except IntegrityError as error:  # two admins changed a stage for the first time at once
        raise StageConflictError from error


def _save(
    desk: Desk, stored: StageSetting | None, wanted: StageSetting, seen: str, user: User
) -> bool:
    if get_version(stored) != seen:
        raise StageConflictError
    row = stored or StageSetting(desk=desk, stage=wanted.stage)
    changes = {
        name: [getattr(row, name), getattr(wanted, name)]
        for name in FIELDS
        if getattr(row, name) != getattr(wanted, name)
    }
    if not changes:
        return False
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    row.save()
    detail = {"changes": {name: _describe(pair) for name, pair in changes.items()}}
    record_audit(desk=desk, by=user, action=AuditAction.CHANGED, about=row, detail=detail)
    return True


def _describe(pair: list[Any]) -> list[str]:
    return [json.dumps(value) if isinstance(value, dict) else str(value) for value in pair]
