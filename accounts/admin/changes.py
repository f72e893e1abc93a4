"""Changes made by an admin form, field by field, as JSON for the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import (
    BaseModelFormSet,
    ModelChoiceField,
    ModelForm,
    ModelMultipleChoiceField,
    PasswordInput,
    Widget,
)
from django.utils import translation

JSON_PLAIN = (str, int, float, bool, type(None))

Changes = dict[str, list[Any]]


def describe_changes(
    form: ModelForm[Any], formsets: Iterable[BaseModelFormSet[Any, Any]] | None, *, is_new: bool
) -> dict[str, Any]:
    """Return ``changes`` of the object ({field: [from, to]}) and ``rows`` of its inlines.

    Both are left out when nothing changed.
    """
    with translation.override(None):  # stored names do not depend on the admin's language
        rows = [row for formset in formsets or () for row in _describe_rows(formset)]
        changes = describe_form(form, is_new=is_new)
    return {name: found for name, found in [("changes", changes), ("rows", rows)] if found}


def describe_form(form: ModelForm[Any], *, is_new: bool) -> Changes:
    """Return the changed fields of a saved form as [from, to]; None means no value."""
    return {
        name: _describe_secret(is_new)
        if _is_secret(form.fields[name].widget)
        else [
            None if is_new else readable(_get_old_value(form, name)),
            readable(form.cleaned_data.get(name)),
        ]
        for name in form.changed_data
        if name in form.cleaned_data
    }


def _is_secret(widget: Widget) -> bool:
    """Return True for a field whose value no page shows: a password, or a key of several lines."""
    return isinstance(widget, PasswordInput) or getattr(widget, "is_secret", False)


def _describe_secret(is_new: bool) -> list[Any]:
    """Record that a secret was entered, without the secret."""
    return [None if is_new else "(hidden)", "(entered)"]


def _describe_rows(formset: BaseModelFormSet[Any, Any]) -> Iterable[dict[str, Any]]:
    added = {id(row) for row in formset.new_objects}
    changed = {id(row) for row, _ in formset.changed_objects}
    for form in formset.forms:
        if id(form.instance) in added:
            yield _describe_row("added", form.instance, describe_form(form, is_new=True))
        elif id(form.instance) in changed:
            yield _describe_row("changed", form.instance, describe_form(form, is_new=False))
    for row in formset.deleted_objects:
        yield _describe_row("deleted", row, {})


def _describe_row(what: str, row: Model, changes: Changes) -> dict[str, Any]:
    return {"row": what, "model": row._meta.label_lower, "name": str(row), "changes": changes}


def _get_old_value(form: ModelForm[Any], name: str) -> Any:
    value = form.get_initial_for_field(form.fields[name], name)
    field = form.fields[name]
    if isinstance(field, ModelMultipleChoiceField):
        return value or []
    if isinstance(field, ModelChoiceField) and value is not None and not isinstance(value, Model):
        return field.queryset.filter(pk=value).first() if field.queryset is not None else value
    return value


def readable(value: Any) -> Any:
    """Convert a value to JSON: plain values unchanged, lists item by item, others by str()."""
    if isinstance(value, JSON_PLAIN):
        return value
    if isinstance(value, dict):
        return {str(key): readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | QuerySet):
        return [readable(item) for item in value]
    return str(value)
