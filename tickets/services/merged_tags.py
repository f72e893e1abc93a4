"""Merging of two tags into one that stays. It can't be undone.

Tickets get the tag that stays, without an event on each, as after a renaming: the audit log has
the merge. Views, webhooks, macros, rules and SLA policies follow. Open tickets keep their SLA
deadlines unless the caller replans them (sla/replanning.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.audit import Actor, record_audit
from accounts.models import AuditAction
from tickets.conditions.conditions import SEPARATOR, split_values
from tickets.conditions.properties import NOT
from tickets.errors import ConflictError, InvalidValueError
from tickets.models import BulkItem, ImportedRow, SavedView, Tag, Ticket, WebhookSubscription
from tickets.services.renamed_tags import RenamedTag, follow

TAG = ("tag", f"{NOT}tag")  # conditions that name tags by ID
# Programs that ask for changed tickets get these, too.
MOVE = """
WITH moved AS (
  UPDATE tickets_queuerow SET changed_at = clock_timestamp()
  WHERE ticket_id IN (SELECT ticket_id FROM tickets_tickettag WHERE tag_id = %(tag)s)
)
INSERT INTO tickets_tickettag (desk_id, ticket_id, tag_id)
SELECT desk_id, ticket_id, %(into)s FROM tickets_tickettag WHERE tag_id = %(tag)s
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def merge_tag(*, tag: Tag, into: Tag, by: Actor, at: datetime) -> Tag:
    """Merge a tag into another one of the desk, which stays, and return that.

    The caller has checked that this is a desk admin. Raises InvalidValueError for the same tag and
    one of another desk, and ConflictError if one of them is gone.
    """
    if tag.desk_id != into.desk_id or tag.pk == into.pk:
        raise InvalidValueError("into", _("Choose another tag."))
    # First the tickets, as whoever changes their tags.
    tickets = Ticket.objects.filter(ticket_tags__tag=tag).select_for_update(
        of=("self",), no_key=True
    )
    list(tickets.order_by("pk").values_list("pk"))
    # The whole row: nobody adds the tag to a ticket, a rule or a policy meanwhile.
    both = Tag.objects.filter(desk_id=tag.desk_id, pk__in=[tag.pk, into.pk])
    locked = {row.pk: row for row in both.select_for_update().order_by("pk")}
    if len(locked) < 2:
        raise ConflictError(_("This no longer exists. Someone deleted it."))
    gone, stays = locked[tag.pk], locked[into.pk]
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {"tag": gone.pk, "into": stays.pk})
    _replace_ids(gone, stays)
    follow(RenamedTag(stays, gone.name, by, at, merged_id=gone.pk))
    record_audit(
        desk=gone.desk_id,
        by=by,
        action=AuditAction.DELETED,
        about=gone,
        detail={"changes": {"name": [gone.name, stays.name]}},
    )
    gone.delete()
    return stays


def _replace_ids(gone: Tag, stays: Tag) -> None:
    """Replace the tag where JSON names it by ID."""
    views = SavedView.objects.filter(desk_id=gone.desk_id, conditions__has_any_keys=list(TAG))
    for view in views.select_for_update(of=("self",)).order_by("pk"):
        view.conditions |= _rename(view.conditions, gone.pk, stays.pk)
        view.save(update_fields=["conditions"])
    hooks = WebhookSubscription.objects.filter(
        desk_id=gone.desk_id, filters__has_any_keys=list(TAG)
    )
    for hook in hooks.select_for_update(of=("self",), no_key=True).order_by("pk"):
        hook.filters |= _rename(hook.filters, gone.pk, stays.pk)
        hook.save(update_fields=["filters"])
    _replace_in_undo(gone, stays)
    imported = ImportedRow.objects.filter(desk_id=gone.desk_id, kind="tag", row_id=gone.pk)
    imported.update(row_id=stays.pk)


def _rename(conditions: Mapping[str, str], before: int, after: int) -> dict[str, str]:
    return {
        name: SEPARATOR.join(
            dict.fromkeys(
                str(after) if one == str(before) else one for one in split_values(conditions[name])
            )
        )
        for name in TAG
        if name in conditions
    }


def _replace_in_undo(gone: Tag, stays: Tag) -> None:
    """Replace the tag in what an undo of a bulk change compares and restores."""
    named = Q(before__tags__contains=[gone.pk]) | Q(after__tags__contains=[gone.pk])
    changed = list(BulkItem.objects.filter(named, desk_id=gone.desk_id))
    for item in changed:
        item.before = _replace_values(item.before, gone.pk, stays.pk)
        item.after = _replace_values(item.after, gone.pk, stays.pk)
    BulkItem.objects.bulk_update(changed, ["before", "after"], batch_size=500)


def _replace_values(values: Mapping[str, Any], before: int, after: int) -> dict[str, Any]:
    ids: Iterable[int] = values.get("tags", ())
    replaced = sorted({after if one == before else one for one in ids})
    return {**values, **({"tags": replaced} if "tags" in values else {})}
