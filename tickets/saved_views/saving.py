"""Saving, moving and deleting views. Changes of shared ones are audited."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Department, Desk
from tickets.conditions.conditions import parse
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.fields.definitions import list_fields
from tickets.models import Column, Grouping, SavedView
from tickets.rules.sharing import can_share
from tickets.saved_views.access import can_change, get_view_for_agent

_UNIQUE_NAME = "saved_view_name_unique"  # a constraint of SavedView
MAX_OWN_COLUMNS = 3  # ticket fields, of one view
MAX_VIEWS = 30  # of one agent, and shared ones of a desk


@dataclass(frozen=True, slots=True)
class ViewValues:
    """The values of a view to save. is_shared: for one department, or for all without one."""

    name: str
    base: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = tuple(Column.values)
    sort: str = ""
    grouping: str = ""
    is_shared: bool = False
    department_id: int | None = None


def save_view(
    *, values: ViewValues, by: Agent, at: datetime, view_id: int | None = None
) -> SavedView:
    """Save a new view, or change one that the agent sees.

    Raises NotAllowedError, SavedView.DoesNotExist, and InvalidValueError for a name that is empty
    or taken, a condition or department that doesn't exist, or more than MAX_VIEWS.
    """
    _check(values, by)
    with transaction.atomic():
        _lock(by, is_shared=values.is_shared)
        view = SavedView(desk_id=by.desk_id) if view_id is None else _get_locked(by, view_id)
        before = _describe(view) if view_id is not None else {}
        was_shared = view_id is not None and view.is_shared
        moves = view_id is None or was_shared != values.is_shared
        if moves:
            view.position = _find_place(by, is_shared=values.is_shared)
        _set(view, values, by, at)
        _store(view)
        if was_shared or view.is_shared:
            action = AuditAction.CHANGED if view_id else AuditAction.ADDED
            _audit(view, by, action, before)
    return view


def delete_view(*, view_id: int, by: Agent) -> str:
    """Delete a view and return its name. Raises NotAllowedError and SavedView.DoesNotExist."""
    with transaction.atomic():
        view = _get_locked(by, view_id)
        if view.is_shared:
            record_audit(desk=view.desk_id, by=by, action=AuditAction.DELETED, about=view)
        view.delete()
    return view.name


def move_view(*, view_id: int, by: Agent, up: bool) -> None:
    """Move a view one place up or down among its own kind, own or shared.

    At the end it stays. Raises NotAllowedError and SavedView.DoesNotExist.
    """
    with transaction.atomic():
        _lock(by, is_shared=get_view_for_agent(by, view_id).is_shared)
        view = _get_locked(by, view_id)
        kind = SavedView.objects.filter(desk_id=view.desk_id, agent=view.agent)
        views = list(kind.order_by("position", "pk"))
        place = next(i for i, one in enumerate(views) if one.pk == view.pk)
        other = place - 1 if up else place + 1
        if 0 <= other < len(views):
            views[place], views[other] = views[other], views[place]
        for position, one in enumerate(views):
            one.position = position
        SavedView.objects.bulk_update(views, ["position"])


def _check(values: ViewValues, by: Agent) -> None:
    if not by.is_active or not by.can_write:
        raise NotAllowedError(_("You have read-only access here."))
    if values.is_shared and not can_share(by):
        raise NotAllowedError(_("Only leads and admins can share views."))
    if not values.name.strip():
        raise InvalidValueError("name", _("Give the view a name."))
    if len(values.name.strip()) > 60:
        raise InvalidValueError("name", _("Use at most 60 characters."))
    if values.grouping not in Grouping.values:
        raise InvalidValueError("grouping", _("Choose one of the options."))
    _check_columns(values.columns, by)
    department_id = values.department_id
    departments = Department.objects.filter(desk_id=by.desk_id)
    if department_id is not None and not departments.filter(pk=department_id).exists():
        raise InvalidValueError("shared_with", _("This department doesn't exist."))
    try:
        parse(values.conditions)
    except ValidationError as refused:
        raise InvalidValueError("conditions", refused.messages[0]) from None


def _check_columns(columns: Collection[str], by: Agent) -> None:
    own = _list_own_columns(columns)
    names = {f"field_{field.pk}" for field in list_fields(by.desk)}
    if not set(columns) <= {*Column.values, *names}:
        raise InvalidValueError("columns", _("Choose one of the options."))
    if len(own) > MAX_OWN_COLUMNS:
        text = ngettext(
            "Choose up to %(count)s ticket field as a column.",
            "Choose up to %(count)s ticket fields as columns.",
            MAX_OWN_COLUMNS,
        )
        raise InvalidValueError("columns", text % {"count": MAX_OWN_COLUMNS})


def _list_own_columns(columns: Iterable[str]) -> list[str]:
    """Return the columns that are the desk's own fields, in the order given, each once."""
    return [column for column in dict.fromkeys(columns) if column not in Column.values]


def _lock(by: Agent, *, is_shared: bool) -> None:
    """Let one save at a time count and place views: of the agent, or the shared ones."""
    rows = Desk.objects if is_shared else Agent.objects
    key = by.desk_id if is_shared else by.pk
    list(rows.select_for_update(no_key=True).filter(pk=key).values_list("pk"))


def _get_locked(by: Agent, view_id: int) -> SavedView:
    get_view_for_agent(by, view_id)  # a lock reads no subquery
    view = SavedView.objects.select_for_update().get(pk=view_id)
    if not can_change(by, view):
        raise NotAllowedError(_("Only leads and admins can change shared views."))
    return view


def _find_place(by: Agent, *, is_shared: bool) -> int:
    own = None if is_shared else by
    views = SavedView.objects.filter(desk_id=by.desk_id, agent=own)
    positions = list(views.values_list("position", flat=True))
    if len(positions) >= MAX_VIEWS:
        text = ngettext(
            "You can save up to %(count)s view. Delete one you no longer need.",
            "You can save up to %(count)s views. Delete one you no longer need.",
            MAX_VIEWS,
        )
        raise InvalidValueError("name", text % {"count": MAX_VIEWS})
    return max(positions, default=-1) + 1


def _set(view: SavedView, values: ViewValues, by: Agent, at: datetime) -> None:
    view.agent = None if values.is_shared else by
    view.department_id = values.department_id if values.is_shared else None
    view.name = values.name.strip()
    view.base, view.sort, view.grouping = values.base, values.sort, values.grouping
    view.conditions = parse(values.conditions).as_parameters()
    usual = [column for column in Column.values if column in values.columns]
    view.columns = [*usual, *_list_own_columns(values.columns)]
    view.updated_at = at


def _store(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if _UNIQUE_NAME not in str(error):
            raise
        text = _("A view with this name already exists. Choose another name.")
        raise InvalidValueError("name", text) from None


def _describe(view: SavedView) -> dict[str, Any]:
    return {
        "name": view.name,
        "department": view.department_id,
        "is_shared": view.is_shared,
        "base": view.base,
        "conditions": view.conditions,
        "columns": view.columns,
        "sort": view.sort,
        "grouping": view.grouping,
    }


def _audit(view: SavedView, by: Agent, action: AuditAction, before: dict[str, Any]) -> None:
    changes = {
        name: [before.get(name), value]
        for name, value in _describe(view).items()
        if before.get(name) != value
    }
    if changes:
        record_audit(
            desk=view.desk_id, by=by, action=action, about=view, detail={"changes": changes}
        )
