"""Form fields for a desk's own fields of tickets, for customers and for agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext

from helpdesk.shared.fields import LineField, TextField
from tickets.errors import InvalidValueError
from tickets.fields.values import YES, clean_value
from tickets.models import FieldKind, FormField
from tickets.models.forms import MAX_LINE

INPUT_MODES = {FieldKind.NUMBER: "decimal", FieldKind.LINK: "url"}


class _Own(forms.Field):
    """A form field whose value is kept as tickets/fields/values.py says."""

    own: FormField

    def clean(self, value: Any) -> str:
        try:
            return clean_value(self.own, super().clean(value))
        except InvalidValueError as error:
            raise forms.ValidationError(str(error)) from None


class _OwnLine(_Own, LineField):
    pass


class _OwnText(_Own, TextField):
    pass


class _OwnChoice(_Own, forms.ChoiceField):
    pass


class _OwnCheckbox(_Own, forms.BooleanField):
    pass


def make_own_field(
    own: FormField, *, is_required: bool, hint: str = "", present: str = ""
) -> forms.Field:
    """Return the form field for a desk's own field. present: the value that a ticket has."""
    common: dict[str, Any] = {"label": own.label, "required": is_required, "help_text": hint}
    field: forms.Field
    if own.kind == FieldKind.SELECT:
        words = list(dict.fromkeys([*map(str, own.choices), *([present] if present else [])]))
        choices = [("", gettext("Select an option")), *zip(words, words, strict=True)]
        field = _OwnChoice(choices=choices, initial=present, **common)
    elif own.kind == FieldKind.CHECKBOX:
        field = _OwnCheckbox(initial=present == YES, **common)
    elif own.kind == FieldKind.LONG:
        widget: forms.Widget = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
        field = _OwnText(widget=widget, initial=present, **common)
    else:
        field = _OwnLine(
            max_length=MAX_LINE, widget=_make_input(own.kind), initial=present, **common
        )
    field.own = own
    return field


def _make_input(kind: str) -> forms.Widget:
    if kind == FieldKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    attrs: Mapping[str, str] = {"dir": "auto"}
    if mode := INPUT_MODES.get(FieldKind(kind)):
        attrs = {"inputmode": mode, "autocomplete": "off", "dir": "ltr"}
    return forms.TextInput(attrs=dict(attrs))
