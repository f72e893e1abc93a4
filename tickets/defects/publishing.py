"""Publishing of a defect as a known issue, which customers read in the portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.defects.locking import lock_defect, save_defect
from tickets.defects.log import record_defect_event
from tickets.errors import ConflictError, InvalidValueError
from tickets.models import Defect, DefectEventKind, Stage
from tickets.services.common import require_no_approval, require_writer


def set_published(
    *,
    defect_id: int,
    agent: Agent,
    is_published: bool,
    title: str,
    text: str,
    at: datetime,
    translations: Mapping[str, Mapping[str, str]] | None = None,
    expected: int | None = None,
) -> Defect:
    """Publish a defect with a public title and text, change these, or take it out of the portal.

    translations: of both, by language, such as {"de": {"public_title": "..."}}; None keeps them.
    Raises NotAllowedError, InvalidValueError without a title, and ConflictError for a duplicate
    or a defect that has changed since the expected revision.
    """
    by = Actor.of(agent)
    require_writer(by)
    require_no_approval(agent)
    if is_published and not title.strip():
        raise InvalidValueError(
            "public_title", _("Write a public title first. Customers don't see the internal one.")
        )
    with transaction.atomic():
        defect = lock_defect(defect_id, expected=expected)
        if is_published and defect.stage == Stage.DUPLICATE:
            raise ConflictError(
                _("%(defect)s was merged into another defect. Publish that one.")
                % {"defect": defect.key}
            )
        after: dict[str, Any] = {
            "is_published": is_published,
            "public_title": title,
            "public_text": text,
        }
        if translations is not None:
            after["public_translations"] = translations
        if all(getattr(defect, name) == value for name, value in after.items()):
            return defect
        for name, value in after.items():
            setattr(defect, name, value)
        defect.updated_at = at
        save_defect(defect, *after, "updated_at")
        data = {"is_published": is_published}
        record_defect_event(defect, DefectEventKind.PUBLISHED, data, by=by, at=at)
    return defect
