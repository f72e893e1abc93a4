"""The admin pages of the fields that a desk adds to its request form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.base import DeskForm, DeskModelAdmin
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
    """A field of the request form."""

    choices = LinesField(
        label=_("Choices"),
        required=False,
        help_text=_("For a choice field: one choice per line."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("kind") == "select" and not found.get("choices"):
            self.add_error("choices", gettext("Enter at least one choice."))
        return found


@admin.register(FormField)
class FormFieldAdmin(DeskModelAdmin):
    form = FormFieldForm
    list_display = ["label", "key", "kind", "is_required", "position"]
    fields = [("label", "key"), ("kind", "position"), "choices", "help_text", "is_required"]
