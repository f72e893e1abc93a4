"""Rows of a desk's settings, saved by programs: checked, and with an audit entry.

The forms of the admin site save the same rows, and write the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import PROTECT, ProtectedError, RestrictedError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Desk, DeskModel, Role
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError, RowInUseError
from tickets.services.users_of_rows import count_rows, list_users

Changes = dict[str, list[Any]]
Check = Callable[[Any, Any], None]
Save = Callable[[list[str] | None], Any]


def save_setting(
    *,
    row: DeskModel | Desk,
    values: Mapping[str, Any],
    by: Agent,
    key: str = "name",
    check: Check | None = None,
    save: Save | None = None,
    also: Callable[[], Changes] | None = None,
    unchecked: Collection[str] = (),
) -> bool:
    """Set values of a row and save it. Return False, and write nothing, if nothing changes.

    key: the field that is unique at the desk. check: refuses a row that its form would refuse, with
    a ValidationError; it gets the row, and the locked one as stored, None for a new row. save:
    saves the named fields (None for all) of a row with consequences. also: saves what belongs to
    the row, such as its members, and returns what changed. All run in the same transaction.
    unchecked: fields whose constraints ``save`` takes care of. Raises NotAllowedError, and
    InvalidValueError with the field of a value that can't be.
    """
    require_admin(row, by)
    is_new = row.pk is None
    with transaction.atomic():
        stored = None if is_new else lock_setting(row)
        before = _describe(stored, values) if stored else {}
        for name, value in values.items():
            setattr(row, name, value)
        _check_values(row, values, key)
        _refuse(lambda: check(row, stored) if check else None, key)
        _check_constraints(row, key, unchecked)
        changes = {
            name: [before.get(name), found]
            for name, found in _describe(row, values).items()
            if is_new or before[name] != found
        }
        if changes or is_new:
            _save(row, None if is_new else list(values), key, save)
        changes |= _refuse(also, key) if also else {}
        if changes or is_new:
            action = AuditAction.ADDED if is_new else AuditAction.CHANGED
            _record(row, by, action, {"changes": changes})
    return bool(changes)


def delete_setting(
    *, row: DeskModel, by: Agent, refuse: Callable[[Any], str | None] | None = None
) -> None:
    """Delete a row. Raises NotAllowedError, and RowInUseError while other rows need it.

    refuse: returns why the row can't be deleted and what to do instead, if there is a reason.
    """
    require_admin(row, by)
    with transaction.atomic():
        lock_setting(row)
        if problem := refuse(row) if refuse else None:
            raise RowInUseError(problem, list_users(row))
        # Counted first: Django would read every row that protects this one, such as all tickets.
        if users := list_users(row, keeping=(PROTECT,)):
            raise RowInUseError(_get_used_text(), users)
        _record(row, by, AuditAction.DELETED, {})
        try:
            row.delete()
        except ProtectedError as error:
            raise RowInUseError(_get_used_text(), count_rows(error.protected_objects)) from None
        except RestrictedError as error:
            raise RowInUseError(_get_used_text(), count_rows(error.restricted_objects)) from None


def _get_used_text() -> str:
    return _("Other settings use this. Remove it there first.")


def require_admin(row: DeskModel | Desk, by: Agent) -> None:
    """Raise NotAllowedError unless an agent may change the settings of the row's desk."""
    if _get_desk_id(row) != by.desk_id or not by.is_active or by.role != Role.ADMIN:
        raise NotAllowedError(_("Only desk admins can change this setting."))


def _get_desk_id(row: DeskModel | Desk) -> int:
    return row.pk if isinstance(row, Desk) else row.desk_id


def lock_setting(row: DeskModel | Desk) -> Any:
    """Lock a row and return what is stored, which may be newer than what was read.

    Raises ConflictError if it was deleted.
    """
    try:
        return type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    except ObjectDoesNotExist:
        raise ConflictError(_("This no longer exists. Someone deleted it.")) from None


def _describe(row: DeskModel | Desk, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON, by field. Stored names don't depend on who saves them."""
    with translation.override(None):
        found = {name: getattr(row, name) for name in names}
        plain = (str, int, float, bool, type(None), list, dict)
        return {
            name: value if isinstance(value, plain) else str(value) for name, value in found.items()
        }


def _check_values(row: DeskModel | Desk, values: Mapping[str, Any], key: str) -> None:
    unset = {field.name for field in row._meta.concrete_fields} - set(values)
    _refuse(lambda: row.clean_fields(exclude=unset), key)
    _refuse(row.clean, key)


def _check_constraints(row: DeskModel | Desk, key: str, unchecked: Collection[str]) -> None:
    try:
        row.validate_constraints(exclude=set(unchecked))
    except ValidationError as refused:
        for field, texts in refused.message_dict.items():
            if field == NON_FIELD_ERRORS:
                raise InvalidValueError(key, _explain(row, texts[0])) from None
            raise InvalidValueError(field, texts[0]) from None


def _explain(row: DeskModel | Desk, text: str) -> str:
    """Return the constraint's own sentence if it has one, or else that the row is taken."""
    own = {
        str(each.violation_error_message)
        for each in row._meta.constraints
        if each.violation_error_message != each.default_violation_error_message
    }
    return text if text in own else get_taken_text()


def _refuse(check: Callable[[], Any], key: str) -> Any:
    """Return the check's result. Raises InvalidValueError for the first field it refuses."""
    try:
        return check()
    except ValidationError as refused:
        found = getattr(refused, "error_dict", None) or {key: refused.error_list}
        field, errors = next(iter(found.items()))
        text = ValidationError(errors).messages[0]
        raise InvalidValueError(key if field == NON_FIELD_ERRORS else field, text) from None


def _save(row: Any, fields: list[str] | None, key: str, save: Save | None) -> None:
    try:
        with transaction.atomic():
            save(fields) if save else row.save(update_fields=fields)
    except IntegrityError:  # saved by someone else at the same moment
        raise InvalidValueError(key, get_taken_text()) from None


def get_taken_text() -> str:
    """Return the error for a row that the desk has already."""
    return _("This desk already has one like this. Change that one, or choose another name.")


def _record(row: DeskModel | Desk, by: Agent, action: AuditAction, detail: dict[str, Any]) -> None:
    record_audit(desk=_get_desk_id(row), by=by, action=action, about=row, detail=detail)
