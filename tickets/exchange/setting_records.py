"""Import of departments, priorities, tags and fields: matched by name, else added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Max, Model

from accounts.models import Department, DepartmentKind, Visibility
from tickets.exchange.mapping import fold, make_key
from tickets.exchange.records import make_digest
from tickets.exchange.slices import CREATED, UNCHANGED, Row, Slice, last_of_each
from tickets.exchange.values import Values
from tickets.models import FieldKind, FormField, Priority, Tag
from tickets.models.forms import MAX_FIELDS
from tickets.services.tags import get_or_create_tags

MAX_CHOICES = 200


def import_settings(rows: list[Row], into: Slice) -> None:
    """Match or add these. A setting that is here already stays as it is."""
    rows = last_of_each(rows, into)
    into.known.load((row.kind, row.source_id) for row in rows)
    for row in rows:
        _import(row, into)


def _import(row: Row, into: Slice) -> None:
    digest = make_digest(row.kind, row.data)
    if not into.known.has_changed(row.kind, row.source_id, digest):
        into.count(row.kind, UNCHANGED)
        return
    values = into.read(row)
    found = IMPORTERS[row.kind](values, into)
    into.keep(values)
    if found is None:
        into.count(row.kind, "refused")
        return
    setting, is_new = found
    into.known.put(row.kind, row.source_id, setting.pk, digest)
    into.count(row.kind, CREATED if is_new else UNCHANGED)


Found = tuple[Model, bool] | None


def _get_department(values: Values, into: Slice) -> Found:
    name = _require_name(values, "name", 60)
    if not name:
        return None
    mapped = into.mapping.departments.get(fold(values.source_id))
    mapped = mapped or into.mapping.departments.get(fold(name))
    mine = Department.objects.filter(desk=into.desk)
    if known := mine.filter(pk=mapped or 0).first() or mine.filter(name__iexact=name).first():
        return known, False
    place = (mine.aggregate(last=Max("position"))["last"] or 0) + 1
    members = values.flag("members_only")
    seen = Visibility.MEMBERS if members else Visibility.EVERYONE
    kind = values.choice("type", DepartmentKind.values, DepartmentKind.OTHER)
    is_free = kind == DepartmentKind.OTHER or not mine.filter(kind=kind).exists()
    kind = kind if is_free else DepartmentKind.OTHER
    new: dict[str, Any] = {"kind": kind, "position": place, "visibility": seen}
    return Department.objects.create(desk=into.desk, name=name, **new), True


def _get_priority(values: Values, into: Slice) -> Found:
    name = _require_name(values, "name", 20)
    if not name:
        return None
    mapped = into.mapping.priorities.get(fold(values.source_id))
    mapped = mapped or into.mapping.priorities.get(fold(name))
    mine = Priority.objects.filter(desk=into.desk)
    if known := mine.filter(pk=mapped or 0).first() or mine.filter(name__iexact=name).first():
        return known, False
    rank = (mine.aggregate(last=Max("rank"))["last"] or 0) + 1
    definition = values.lines("definition", 5_000)
    new = {"rank": rank, "is_mail_default": not mine.exists(), "definition": definition}
    return mine.create(desk=into.desk, name=name, **new), True


def _get_tag(values: Values, into: Slice) -> Found:
    name = _require_name(values, "name", 40)
    if not name:
        return None
    is_new = not Tag.objects.filter(desk=into.desk, name__iexact=name).exists()
    return get_or_create_tags(into.desk, [name])[0], is_new


def _get_field(values: Values, into: Slice) -> Found:
    given = values.line("key", 80) or values.source_id
    mapped = into.mapping.fields.get(fold(given))
    key = mapped or make_key(given)
    mine = FormField.objects.filter(desk=into.desk)
    if known := mine.filter(key=key).first():
        return known, False
    if mapped is not None:  # left out, or a field that is gone
        return None
    if mine.count() >= MAX_FIELDS:
        values.note("too_many_fields")
        return None
    choices = [choice[:200] for choice in values.ids("choices")][:MAX_CHOICES]
    kind = values.choice("type", FieldKind.values, FieldKind.TEXT)
    return mine.create(
        desk=into.desk, key=key, label=values.line("label", 80, given), kind=kind,
        choices=choices if kind == FieldKind.SELECT else [], is_asked=values.flag("public"),
        position=(mine.aggregate(last=Max("position"))["last"] or 0) + 1,
    ), True  # fmt: skip


def _require_name(values: Values, name: str, limit: int) -> str:
    text = values.line(name, limit)
    if not text:
        values.note("missing_field", field=name)
    return text


IMPORTERS: dict[str, Callable[[Values, Slice], Found]] = {
    "department": _get_department,
    "priority": _get_priority,
    "tag": _get_tag,
    "field": _get_field,
}
