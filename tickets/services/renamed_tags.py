"""Renaming of tags: all that names the tag follows in the same transaction.

Most of it refers to the tag itself. Macros, bulk changes and conditions of routing rules name it by
text, and would add or ask for the old tag again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.audit import Actor
from tickets.macros.tag_names import rename_tag_in_bulk_changes, rename_tag_in_macros
from tickets.models import Tag


@dataclass(frozen=True, slots=True)
class RenamedTag:
    """A tag with its new name, saved. before: the former name. by: for the audit log.

    merged_id: the ID of the tag that had the former name, if it is merged into this one. It is
    deleted afterwards.
    """

    tag: Tag
    before: str
    by: Actor
    at: datetime
    merged_id: int | None = None


def rename_tag(*, tag: Tag, by: Actor, at: datetime) -> None:
    """Save a tag that has got a new name, and let everything that names it follow.

    The caller has checked the name, and writes the audit entry of the tag. Whatever follows in
    higher layers is in settings.TAG_FOLLOWERS.
    """
    with transaction.atomic():
        stored = Tag.objects.select_for_update(no_key=True).get(pk=tag.pk)
        tag.save(update_fields=["name"])
        if stored.name != tag.name:
            follow(RenamedTag(tag, stored.name, by, at))


def follow(renamed: RenamedTag) -> None:
    """Let everything that names a tag by text follow, and what higher layers have of it."""
    names = {"before": renamed.before, "after": renamed.tag.name}
    rename_tag_in_macros(desk_id=renamed.tag.desk_id, by=renamed.by, **names)
    rename_tag_in_bulk_changes(desk_id=renamed.tag.desk_id, **names)
    for path in settings.TAG_FOLLOWERS.values():
        import_string(path)(renamed)
