"""Two admins edit the same row: neither silently reverts what the other changed.

A form carries the values that it was opened with, beside its fields (Django's hidden initial
values). When it comes back, fields that another admin changed meanwhile are compared: one that was
not edited here keeps the other's value, the same value from both is no conflict, and a field that
both changed is refused once. Saving again overwrites it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import BoundField
from django.utils.translation import gettext
from unfold.forms import PaginationInlineFormSet

MAX_SHOWN_CHARS = 200
Raw = list[tuple[str, str]]  # names and values as a browser posts them


class ConflictGuardMixin(forms.ModelForm):
    """A model form that refuses to overwrite what it did not show.

    Pass a locked row as the instance, so that it is still current when the form is saved. A form
    that is posted without its hidden values is saved as it is.
    """

    data: Any  # a QueryDict

    def __getitem__(self, name: str) -> BoundField:
        bound = super().__getitem__(name)
        bound.field.show_hidden_initial = self._is_guarded(bound)
        return bound

    def _is_guarded(self, bound: BoundField) -> bool:
        if self.instance.pk is None or isinstance(bound.field, forms.FileField):
            return False
        if bound.field.disabled or getattr(bound.field.widget, "input_type", "") == "password":
            return False
        return not self.is_bound or any(name in self.data for name, _ in _read_stored(bound))

    def _clean_fields(self) -> None:
        edited = set(self.changed_data)  # compared with the values that the form was opened with
        super()._clean_fields()  # type: ignore[misc]
        for name in self.fields:
            bound = self[name]
            if bound.field.show_hidden_initial:
                self._compare(bound, is_edited=name in edited)
        self._show_error_of_key()

    def _show_error_of_key(self) -> None:
        """Show the error of the hidden key of a row, which pages don't show where it stands."""
        if errors := self.errors.pop(self._meta.model._meta.pk.name, None):
            self.add_error(None, list(errors))

    def _compare(self, bound: BoundField, *, is_edited: bool) -> None:
        stored = _read_stored(bound)
        if _normalize(stored) == _normalize(self._read_opened(bound)):
            return
        self._replace_data(stored)  # the next save is compared with what is stored now
        if not is_edited:
            self._keep_stored(bound, stored)
        elif bound.name in self.cleaned_data and bound.field.has_changed(bound.initial, bound.data):
            self.add_error(bound.name, describe_conflict(bound))

    def _read_opened(self, bound: BoundField) -> Raw:
        names = dict(_read_stored(bound)) or {bound.html_initial_name: ""}
        found = ((name, value) for name in names for value in self.data.getlist(name))
        return list(found)

    def _replace_data(self, raw: Raw, *, names: Sequence[str] = ()) -> None:
        self.data = self.data.copy()
        for name in {name for name, _ in raw} | set(names):
            self.data.setlist(name, [value for other, value in raw if other == name])

    def _keep_stored(self, bound: BoundField, stored: Raw) -> None:
        """Take the stored value over into the form, as if it had been opened only now."""
        shown = [
            (name.replace(bound.html_initial_name, bound.html_name), value)
            for name, value in stored
        ]
        self._replace_data(shown, names=[bound.html_name])
        widget = bound.field.hidden_widget()
        value = widget.value_from_datadict(self.data, self.files, bound.html_initial_name)
        try:
            self.cleaned_data[bound.name] = bound.field.clean(value)
        except ValidationError as error:
            self.add_error(bound.name, error)


class ConflictGuardFormSet(PaginationInlineFormSet):
    """Rows on the page of another row. One that was deleted meanwhile is said to be deleted."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        key = self.model._meta.pk.name
        if isinstance(field := form.fields.get(key), forms.ModelChoiceField):
            field.error_messages["invalid_choice"] = gettext(
                "Another admin deleted this row while you were editing. Mark it as deleted here, "
                "too, to save the rest."
            )


def _read_stored(bound: BoundField) -> Raw:
    """Return the hidden inputs that a form opened now would carry for this field."""
    value = bound.field.prepare_value(bound.initial)
    made = bound.field.hidden_widget().get_context(bound.html_initial_name, value, {})["widget"]
    inputs = made.get("subwidgets", [made]) if "subwidgets" in made else [made]
    return [(each["name"], "" if each["value"] is None else str(each["value"])) for each in inputs]


def _normalize(raw: Raw) -> Raw:
    """Compare without line endings, which browsers change, and without the order of choices."""
    return sorted((name, value.replace("\r\n", "\n")) for name, value in raw)


def describe_conflict(bound: BoundField) -> str:
    """Return the error that says what another admin changed a field to."""
    if value := format_value(bound.field, bound.initial):
        text = gettext(
            "Another admin changed this to “%(value)s” while you were editing. Save again to "
            "overwrite it."
        )
        return text % {"value": value}
    return gettext(
        "Another admin cleared this field while you were editing. Save again to overwrite it."
    )


def format_value(field: forms.Field, value: Any) -> str:
    """Return a value of a form field in words; "" for none."""
    if isinstance(field, forms.BooleanField):
        return gettext("Yes") if value else gettext("No")
    value = field.prepare_value(value)
    if isinstance(field, forms.ModelChoiceField):
        return _format_rows(field, value)
    if isinstance(field, forms.ChoiceField):
        labels = dict(field.widget.choices)
        return str(labels.get(value, value or ""))
    return str("" if value is None else value)[:MAX_SHOWN_CHARS]


def _format_rows(field: forms.ModelChoiceField[Model], value: Any) -> str:
    keys = value if isinstance(value, list | tuple | QuerySet) else [value]
    rows = field.queryset.filter(pk__in=[key for key in keys if key]) if field.queryset else ()
    return ", ".join(field.label_from_instance(row) for row in rows)
