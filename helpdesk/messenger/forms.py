"""The form of a visitor's message."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accounts.matching import normalize_email
from channels_intake.connectors.messenger.payloads import is_message_id
from helpdesk.messenger.limits import FILE_LIMITS, MAX_TEXT
from helpdesk.shared.fields import FilesField, LineField


class VisitorMessageForm(forms.Form):
    """A message: a text, files or both. email: required if nobody is there to answer."""

    id = forms.CharField(max_length=36)
    text = forms.CharField(max_length=MAX_TEXT, required=False, strip=True)
    name = LineField(max_length=120, required=False)
    email = forms.CharField(max_length=254, required=False)
    page = forms.CharField(max_length=500, required=False)
    files = FilesField(limits=FILE_LIMITS)  # type: ignore[assignment]  # a field, taken off the class

    def __init__(self, *args: Any, needs_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_email = needs_email

    def clean_id(self) -> str:
        if not is_message_id(self.cleaned_data["id"]):
            raise ValidationError(forms.UUIDField.default_error_messages["invalid"])
        return str(self.cleaned_data["id"])

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean_email(self) -> str:
        entered = self.cleaned_data["email"].strip()
        address = normalize_email(entered)
        if (entered or self.needs_email) and not address:
            raise ValidationError(gettext("Enter a valid email address."))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("text") and not cleaned.get("files"):
            self.add_error("text", gettext("Write a message or attach a file first."))
        return cleaned
