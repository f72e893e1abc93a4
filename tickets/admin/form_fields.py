"""The admin pages of a desk's own fields of tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.base import DeskForm, DeskModelAdmin
from tickets.fields.checks import find_field_errors
from tickets.models import FormField


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

    def _post_clean(self) -> None:
        """Check the whole field, once the form has filled it in."""
        stored = FormField.objects.filter(pk=self.instance.pk).first()
        super()._post_clean()  # type: ignore[misc]
        if "kind" in self.errors:
            return
        for name, problem in find_field_errors(self.instance, stored).items():
            self.add_error(name or None, problem)


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
