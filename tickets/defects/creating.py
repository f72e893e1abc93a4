"""Creation of defects, and changes of what they say (M60-M63)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Agent, Desk
from tickets.actors import Actor
from tickets.defects.followers.following import guess_role
from tickets.defects.lines import require_fitting_line
from tickets.defects.linking import link_in_change, open_link_change
from tickets.defects.locking import lock_defect, save_defect
from tickets.defects.log import record_defect_event
from tickets.defects.marks import mark_to_rank
from tickets.defects.search.documents import SEARCHED, write_document
from tickets.errors import InvalidValueError
from tickets.models import (
    RECORD_FIELDS,
    Defect,
    DefectEventKind,
    DefectFollower,
    Ticket,
)
from tickets.services.common import require_no_approval, require_writer
from tickets.services.summaries import find_summary, get_summary_fields
from tickets.services.troubleshooting import find_record, get_record_fields

# Fields that people can change, besides those of the troubleshooting record.
OWN_FIELDS = (
    "title",
    "severity",
    "product",
    "affected_versions",
    "workaround",
    "owner",
    "plan_text",
    "planned_version",
    "planned_line",
    "planned_on",
    "public_title",
    "public_text",
    "is_published",
)
EDITABLE_FIELDS = (*OWN_FIELDS, *RECORD_FIELDS)
PLANNED = ("planned_version", "planned_line", "planned_on")
# What customers read, in updates and in the portal.
TOLD_FIELDS = frozenset(
    {"workaround", "plan_text", *PLANNED, "public_title", "public_text", "is_published"}
)
RANKED_FIELDS = {"severity"}
NUMBER = """
INSERT INTO tickets_defectcounter (desk_id, last) VALUES (%s, 1)
ON CONFLICT (desk_id) DO UPDATE SET last = tickets_defectcounter.last + 1 RETURNING last
"""


def suggest_fields(ticket: Ticket) -> dict[str, Any]:
    """Return what a new defect says if it is created from this ticket."""
    known = get_record_fields(find_record(ticket.pk))
    known["problem"] = known["problem"] or get_summary_fields(find_summary(ticket.pk))["problem"]
    line = known["problem"].strip().split("\n", 1)[0]
    return {**known, "title": (line or ticket.subject)[:200], "product": ticket.product}


def create_defect(
    *,
    desk: Desk,
    agent: Agent,
    fields: Mapping[str, Any],
    at: datetime,
    ticket_id: int | None = None,
) -> Defect:
    """Create a defect, and link the ticket that it was found in.

    Raises NotAllowedError, NeedsApprovalError for what a trainee tells customers,
    InvalidValueError, and Ticket.DoesNotExist.
    """
    by = Actor.of(agent)
    require_writer(by)
    if any(fields.get(name) for name in TOLD_FIELDS):
        require_no_approval(agent)
    _require_complete(fields)
    _require_working(fields.get("owner"))
    planned = Defect(desk=desk, product=fields.get("product"))
    require_fitting_line(planned, fields.get("planned_line"), field="planned_line")
    with transaction.atomic():
        change = open_link_change(ticket_id, by=by, at=at) if ticket_id is not None else None
        times = {"stage_since": at, "created_at": at, "updated_at": at}
        known = {name: fields[name] for name in EDITABLE_FIELDS if name in fields}
        defect = Defect(desk=desk, created_by=agent, **known, **times)
        defect.number = _take_number(desk)
        defect.save(force_insert=True)
        mark_to_rank(defect)
        write_document(defect)
        DefectFollower.objects.create(desk=desk, defect=defect, agent=agent, role=guess_role(agent))
        data = {"ticket": change.ticket.number} if change else {}
        record_defect_event(defect, DefectEventKind.CREATED, data, by=by, at=at)
        if change:
            link_in_change(change, defect, agent=agent)
            change.save()
    return defect


def change_defect(
    *,
    defect_id: int,
    agent: Agent,
    fields: Mapping[str, Any],
    at: datetime,
    expected: int | None = None,
) -> Defect:
    """Change fields of a defect; those that aren't given stay.

    Raises NotAllowedError, NeedsApprovalError for what a trainee tells customers,
    InvalidValueError, and ConflictError if the defect has changed since the expected revision.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        defect = lock_defect(defect_id, expected=expected)
        changed = _set_fields(defect, fields)
        if not changed:
            return defect
        if changed.keys() & TOLD_FIELDS:
            require_no_approval(agent)
        _require_valid(defect, changed)
        defect.updated_at = at
        save_defect(defect, *changed, "updated_at")
        if changed.keys() & RANKED_FIELDS:
            mark_to_rank(defect)
        if changed.keys() & set(SEARCHED):
            write_document(defect)
        record_defect_event(
            defect, DefectEventKind.CHANGED, {"fields": _describe(changed)}, by=by, at=at
        )
    return defect


def _set_fields(defect: Defect, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set fields that differ. Return their values before and after."""
    changed = {
        name: [getattr(defect, name), fields[name]]
        for name in EDITABLE_FIELDS
        if name in fields and fields[name] != getattr(defect, name)
    }
    for name, (_before, after) in changed.items():
        setattr(defect, name, after)
    return changed


def _require_valid(defect: Defect, changed: Collection[str]) -> None:
    """Raise InvalidValueError if a defect can't be saved with these changed fields."""
    _require_complete({name: getattr(defect, name) for name in OWN_FIELDS})
    if "product" in changed:
        _require_own_lines(defect)
    if {"product", "planned_line"} & set(changed):
        require_fitting_line(defect, defect.planned_line, field="planned_line")
    if "owner" in changed:
        _require_working(defect.owner)


def _describe(changed: Mapping[str, list[Any]]) -> dict[str, list[str] | None]:
    """Return each changed field with its values, or None for a long text."""
    short = {"title", "severity", "product", "owner", *PLANNED}
    return {
        name: [str(value) if value else "" for value in values] if name in short else None
        for name, values in changed.items()
    }


def _require_complete(fields: Mapping[str, Any]) -> None:
    if not str(fields.get("title") or "").strip():
        raise InvalidValueError("title", _("Give the defect a title."))
    if fields.get("is_published") and not str(fields.get("public_title") or "").strip():
        raise InvalidValueError(
            "public_title", _("Write a public title first. Customers don't see the internal one.")
        )


def _require_own_lines(defect: Defect) -> None:
    """Raise InvalidValueError if the fix was released for a line of another product."""
    others = defect.releases.filter(line__isnull=False).exclude(line__product=defect.product_id)
    if defect.product_id and (release := others.select_related("line__product").first()):
        line = release.line
        raise InvalidValueError(
            "product",
            _(
                "Version %(version)s was released for %(line)s. Keep the product that this line "
                "belongs to."
            )
            % {"version": release.version, "line": line},
        )


def _require_working(owner: Agent | None) -> None:
    if owner is not None and not owner.can_write:
        raise InvalidValueError("owner", _("Choose an owner who can change tickets."))


def _take_number(desk: Desk) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, [desk.pk])
        [(number,)] = cursor.fetchall()
    return int(number)
