"""Connections to other systems, saved through their forms in the admin site.

A request fills in the same form that the page posts, so it is refused with the same errors and
leaves the same audit entry. A secret that is left out stays as it is; none is ever shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError, transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.admin.changes import Changes, describe_changes
from accounts.audit import record_audit
from accounts.models import AuditAction
from helpdesk.api.base import IsAdmin
from helpdesk.api.configuration.setting_rows import SettingView
from tickets.errors import InvalidValueError
from tickets.services.settings_rows import get_taken_text, lock_setting, require_admin

MAX_SECRET = 500


def make_secret(max_length: int = MAX_SECRET) -> serializers.CharField:
    """Return the write-only field of a secret."""
    return serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        max_length=max_length,
        help_text=_("Never shown. Leave it out, or send an empty text, to keep the stored one."),
    )


def make_has_secret(source: str) -> serializers.BooleanField:
    """Return the read-only field that says whether a secret is stored. source: its column."""
    return serializers.BooleanField(
        source=source, read_only=True, help_text=_("True if a secret is stored.")
    )


class FormRowsView(SettingView):
    """A view of rows that a form of the admin site saves. Its fields have the API's names."""

    permission_classes = [IsAdmin]

    def get_form_class(self, row: Any) -> type[forms.ModelForm[Any]]:
        """Return the form of a row, without its desk."""
        raise NotImplementedError

    def name_field(self, name: str) -> tuple[str, ...]:
        """Return the place in a request of a field of the form."""
        return (name,)

    def save_form(self, row: Any, form: Any, *, is_new: bool) -> None:
        """Save the row of a valid form with what the page saves, such as secrets."""
        row.save()

    def write(self, row: Any, values: dict[str, Any]) -> None:
        """Save values through the form."""
        require_admin(row, self.agent)
        is_new = row.pk is None
        parts = {name: values.pop(name) for name in self.parts if name in values}
        with transaction.atomic():
            if not is_new:
                lock_setting(row)
                row.refresh_from_db()
            changes = self._save(row, values, is_new=is_new) if values or is_new else {}
            changes |= self.save_parts(row, parts)
            if changes or is_new:
                self._record(row, changes, is_new=is_new)

    def _save(self, row: Any, values: dict[str, Any], *, is_new: bool) -> Changes:
        """Save a row through its form. Return what changed, for the audit log."""
        form = self._fill_form(row, values)
        if not form.is_valid():
            raise serializers.ValidationError(self._place_errors(form))
        if not is_new and not form.changed_data:
            return {}
        form.save(commit=False)
        try:
            with transaction.atomic():
                self.save_form(row, form, is_new=is_new)
        except IntegrityError:  # saved by someone else at the same moment
            raise InvalidValueError(self.key, get_taken_text()) from None
        changes: Changes = describe_changes(form, (), is_new=is_new).get("changes", {})
        return changes

    def _fill_form(self, row: Any, values: Mapping[str, Any]) -> Any:
        """Return the form with these values, and what is stored for the others."""
        made: Any = type("Form", (self.get_form_class(row),), {"desk": self.agent.desk})
        blank = made(instance=row)
        data: MultiValueDict[str, str] = MultiValueDict()
        for name, field in blank.fields.items():
            value = _find(values, self.name_field(name))
            if value is None:
                value = blank.get_initial_for_field(field, name)
            data.setlist(name, _post(field, value))
        return made(data, instance=row)

    def _place_errors(self, form: Any) -> dict[str, Any]:
        """Return the errors of a form by the places in a request."""
        found: dict[str, Any] = {}
        for name, texts in form.errors.items():
            is_whole = name == NON_FIELD_ERRORS
            *above, last = (self.key,) if is_whole else self.name_field(name)
            inner = found
            for part in above:
                inner = inner.setdefault(part, {})
            inner[last] = [*inner.get(last, []), *map(str, texts)]
        return found

    def _record(self, row: Any, changes: Changes, *, is_new: bool) -> None:
        record_audit(
            desk=self.agent.desk_id,
            by=self.agent,
            action=AuditAction.ADDED if is_new else AuditAction.CHANGED,
            about=row,
            detail={"changes": changes},
        )


def _find(values: Any, path: tuple[str, ...]) -> Any:
    """Return the value at a place in a request, or None if it isn't there."""
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return None
        values = values[name]
    return "" if values is None else values


def _post(field: forms.Field, value: Any) -> list[str]:
    """Return a value as a browser posts it."""
    value = field.prepare_value(value)
    if isinstance(field, forms.BooleanField):
        return ["on"] if value else []
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return ["" if value is None else str(value)]
