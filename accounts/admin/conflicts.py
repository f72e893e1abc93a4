"""Two admins edit the same row: neither silently reverts what the other changed.

A form carries the values that it was opened with, beside its fields (Django's hidden initial
values). When it comes back, fields that another admin changed meanwhile are compared: a field that
was not edited here keeps the other admin's value, identical changes don't conflict, and a field
that both changed to different values is refused once. Saving again overwrites it.
"""

from __future__ import annotations

import re
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
    """Rows on the page of another row. Rows that another admin deleted leave the posted form.

    One that was edited here is refused once, so that the editor learns of it.
    """

    data: Any  # a QueryDict
    absolute_max: int
    has_lost_edits = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            # Each row posts at least its id. Rows that only a forged count promises are refused.
            posted = sum(name.startswith(f"{self.prefix}-") for name in self.data)
            self.absolute_max = min(self.absolute_max, posted)
            if self.management_form.is_valid() and not self._has_too_many_rows():
                self._leave_out_deleted_rows()

    def clean(self) -> None:
        super().clean()
        if self.has_lost_edits:
            raise ValidationError(
                gettext(
                    "Another admin deleted a row that you edited. Check the rows and save again."
                )
            )

    def _has_too_many_rows(self) -> bool:
        """Return True for counts of rows that were not posted; Django refuses them."""
        counts = self.management_form.cleaned_data
        return max(counts["TOTAL_FORMS"], counts["INITIAL_FORMS"]) > self.absolute_max

    def _leave_out_deleted_rows(self) -> None:
        key = self.model._meta.pk.name
        stored = {str(row.pk) for row in self.get_queryset()}
        posted = range(self.management_form.cleaned_data["INITIAL_FORMS"])
        gone = {n for n in posted if self.data.get(f"{self.add_prefix(n)}-{key}") not in stored}
        if gone:
            self.has_lost_edits = any(self._is_edited(number) for number in gone)
            self._renumber(gone)

    def _is_edited(self, number: int) -> bool:
        start, opened = f"{self.add_prefix(number)}-", f"initial-{self.add_prefix(number)}-"
        if f"{start}DELETE" in self.data:
            return False
        names = [name.removeprefix(opened) for name in self.data if name.startswith(opened)]
        return any(
            self.data.getlist(start + name) != self.data.getlist(opened + name) for name in names
        )

    def _renumber(self, gone: set[int]) -> None:
        counts = self.management_form.cleaned_data
        kept = [n for n in range(counts["TOTAL_FORMS"]) if n not in gone]
        data = self.data.copy()
        for name in self.data:
            if re.match(rf"(initial-)?{re.escape(self.prefix)}-\d+-", name):
                del data[name]
        for new, old in enumerate(kept):
            for start in ("", "initial-"):
                before = f"{start}{self.add_prefix(old)}-"
                for name in [name for name in self.data if name.startswith(before)]:
                    renamed = f"{start}{self.add_prefix(new)}-{name.removeprefix(before)}"
                    data.setlist(renamed, self.data.getlist(name))
        data[f"{self.prefix}-TOTAL_FORMS"] = str(len(kept))
        data[f"{self.prefix}-INITIAL_FORMS"] = str(counts["INITIAL_FORMS"] - len(gone))
        self.data = data
        del self.management_form  # cached


def _read_stored(bound: BoundField) -> Raw:
    """Return the hidden inputs that a form opened now would carry for this field."""
    value = bound.field.prepare_value(bound.initial)
    made = bound.field.hidden_widget().get_context(bound.html_initial_name, value, {})["widget"]
    inputs = made.get("subwidgets", [made])
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
