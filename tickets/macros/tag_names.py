"""Names of tags in stored acts: macros and bulk changes name tags by text, not by ID."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.audit import Actor, record_audit
from accounts.models import AuditAction
from tickets.models import BulkJob, Macro
from tickets.services.tags import clean_name

ADD, REMOVE = "add_tags", "remove_tags"


def rename_tag_in_acts(acts: Mapping[str, Any], before: str, after: str) -> dict[str, Any]:
    """Return stored acts with a tag's new name, each tag once. Pure.

    Acts that would then add and remove the same tag only add it.
    """
    found = dict(acts)
    for key in (ADD, REMOVE):
        if key in found:
            found[key] = _rename(found[key], before, after)
    added = {_fold(name) for name in found.get(ADD, ())}
    if REMOVE in found:
        found[REMOVE] = [name for name in found[REMOVE] if _fold(name) not in added]
        if not found[REMOVE]:
            del found[REMOVE]
    return found


def rename_tag_in_macros(*, desk_id: int, before: str, after: str, by: Actor) -> None:
    """Replace a tag's name in all macros of a desk, also in agents' own.

    Their versions rise: whoever is editing one learns that it was changed.
    """
    macros = Macro.objects.filter(desk_id=desk_id, acts__has_any_keys=[ADD, REMOVE])
    for macro in macros.select_for_update(of=("self",)).order_by("pk"):
        if not _names(macro.acts, before):
            continue
        former, macro.acts = macro.acts, rename_tag_in_acts(macro.acts, before, after)
        macro.version += 1
        macro.save(update_fields=["acts", "version"])
        if macro.owner_id is None:
            changes = {"acts": [str(former), str(macro.acts)]}
            record_audit(
                desk=desk_id,
                by=by,
                action=AuditAction.CHANGED,
                about=macro,
                detail={"changes": changes},
            )


def rename_tag_in_bulk_changes(*, desk_id: int, before: str, after: str) -> None:
    """Replace a tag's name in bulk changes that aren't finished: the rest gets the new name."""
    jobs = BulkJob.objects.filter(desk_id=desk_id, finished_at__isnull=True)
    for job in jobs.filter(acts__has_any_keys=[ADD, REMOVE]).order_by("pk"):
        if _names(job.acts, before):
            job.acts = rename_tag_in_acts(job.acts, before, after)
            job.save(update_fields=["acts"])


def _names(acts: Mapping[str, Any], name: str) -> bool:
    return _fold(name) in {_fold(each) for key in (ADD, REMOVE) for each in acts.get(key, ())}


def _rename(names: Iterable[str], before: str, after: str) -> list[str]:
    renamed = [after if _fold(name) == _fold(before) else name for name in names]
    return list({_fold(name): name for name in reversed(renamed)}.values())[::-1]


def _fold(name: str) -> str:
    return clean_name(name).casefold()
