"""The admin pages of a desk's own fields of tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.base import DeskForm, DeskModelAdmin
from tickets.models import FieldKind, FieldValue, FormField
from tickets.models.forms import MAX_FIELDS


class LinesField(forms.CharField):
    """A list of strings, one per line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class FormFieldForm(DeskForm):
    """A field of tickets."""

    choices = LinesField(
        label=_("Choices"),
        required=False,
        help_text=_("For a choice field: one choice per line."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("kind") == FieldKind.SELECT and not found.get("choices"):
            self.add_error("choices", gettext("Enter at least one choice."))
        self._check_kind(found)
        self._check_condition(found)
        if self.instance.pk is None and self._count_fields() >= MAX_FIELDS:
            text = gettext("A desk can have at most %(maximum)s fields.")
            self.add_error(None, text % {"maximum": MAX_FIELDS})
        return found

    def _count_fields(self) -> int:
        return FormField.objects.filter(desk=self.desk).count()

    def _check_kind(self, found: dict[str, Any]) -> None:
        """Refuse another kind or key for a field that tickets have values of."""
        if self.instance.pk is None:
            return
        has_values = FieldValue.objects.filter(field=self.instance.pk).exists()
        for name in {"kind", "key"} & set(self.changed_data) if has_values else ():
            text = gettext(
                "Some tickets already have a value in this field. Add a new field instead."
            )
            self.add_error(name, text)

    def _check_condition(self, found: dict[str, Any]) -> None:
        other = found.get("shown_if")
        if other is not None and not found.get("shown_value"):
            self.add_error("shown_value", gettext("Enter the value that shows this field."))
        seen = {self.instance.pk}
        while other is not None:
            if other.pk in seen:
                text = gettext("These conditions form a loop. Choose a different field.")
                self.add_error("shown_if", text)
                return
            seen.add(other.pk)
            other = other.shown_if


@admin.register(FormField)
class FormFieldAdmin(DeskModelAdmin):
    form = FormFieldForm
    list_display = ["label", "key", "kind", "is_asked", "required_for", "is_retired", "position"]
    fields = [
        ("label", "key"),
        ("kind", "position"),
        "choices",
        "help_text",
        ("is_asked", "is_required"),
        "required_for",
        ("department", "product"),
        ("shown_if", "shown_value"),
        "is_retired",
    ]
