"""Rows of a desk's settings, saved by programs: checked, and with an audit entry.

The forms of the admin site save the same rows, and write the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Desk, DeskModel, Role
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError

Changes = dict[str, list[Any]]


def save_setting(
    *,
    row: DeskModel | Desk,
    values: Mapping[str, Any],
    by: Agent,
    key: str = "name",
    also: Callable[[], Changes] | None = None,
) -> bool:
    """Set values of a row and save it. Return False, and write nothing, if nothing changes.

    key: the field that is unique at the desk. also: saves what belongs to the row, such as its
    members, and returns what changed; called in the same transaction. Raises NotAllowedError, and
    InvalidValueError with the field of a value that can't be.
    """
    _require_admin(row, by)
    is_new = row.pk is None
    with transaction.atomic():
        before = {} if is_new else _read_locked(row, values)
        for name, value in values.items():
            setattr(row, name, value)
        _check(row, values, key)
        changes = {
            name: [before.get(name), found]
            for name, found in _describe(row, values).items()
            if is_new or before[name] != found
        }
        if changes:
            _save(row, values, key, is_new=is_new)
        changes |= also() if also else {}
        if changes:
            action = AuditAction.ADDED if is_new else AuditAction.CHANGED
            _record(row, by, action, {"changes": changes})
    return bool(changes)


def delete_setting(*, row: DeskModel, by: Agent) -> None:
    """Delete a row. Raises NotAllowedError, and ConflictError while other rows need it."""
    _require_admin(row, by)
    with transaction.atomic():
        _record(row, by, AuditAction.DELETED, {})
        try:
            row.delete()
        except ProtectedError:
            text = _("Other settings use this. Remove it there first.")
            raise ConflictError(text) from None


def _require_admin(row: DeskModel | Desk, by: Agent) -> None:
    if _get_desk_id(row) != by.desk_id or not by.is_active or by.role != Role.ADMIN:
        raise NotAllowedError(_("Only desk admins can change this setting."))


def _get_desk_id(row: DeskModel | Desk) -> int:
    return row.pk if isinstance(row, Desk) else row.desk_id


def _read_locked(row: DeskModel | Desk, values: Mapping[str, Any]) -> dict[str, Any]:
    """Lock the row and return what is stored, which may be newer than what was read."""
    rows = type(row)._default_manager.select_for_update(no_key=True)
    return _describe(rows.get(pk=row.pk), values)


def _describe(row: DeskModel | Desk, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON, by field. Stored names don't depend on who saves them."""
    with translation.override(None):
        found = {name: getattr(row, name) for name in names}
        plain = (str, int, float, bool, type(None))
        return {
            name: value if isinstance(value, plain) else str(value) for name, value in found.items()
        }


def _check(row: DeskModel | Desk, values: Mapping[str, Any], key: str) -> None:
    unset = {field.name for field in row._meta.concrete_fields} - set(values)
    try:
        row.clean_fields(exclude=unset)
        if key in values:
            row.validate_constraints()
    except ValidationError as refused:
        for field, texts in refused.message_dict.items():
            if field == NON_FIELD_ERRORS:
                raise InvalidValueError(key, _get_taken_text()) from None
            raise InvalidValueError(field, texts[0]) from None


def _save(row: DeskModel | Desk, values: Mapping[str, Any], key: str, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=None if is_new else list(values))
    except IntegrityError:  # saved by someone else at the same moment
        raise InvalidValueError(key, _get_taken_text()) from None


def _get_taken_text() -> str:
    return _("This desk already has one like this. Change that one, or choose another name.")


def _record(row: DeskModel | Desk, by: Agent, action: AuditAction, detail: dict[str, Any]) -> None:
    record_audit(desk=_get_desk_id(row), by=by, action=action, about=row, detail=detail)
