"""Forms that redact a text, and remove a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.privacy.redacting import MAX_CHARS
from helpdesk.shared.fields import LineField
from tickets.services.common import MAX_REASON


class RemovalForm(forms.Form):
    """Form for why a file is removed."""

    why = LineField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("Saved in the ticket's history. The customer doesn't see it."),
    )


class RedactionForm(RemovalForm):
    """Form for the text to redact. Once it was found, it asks for the confirmation."""

    text = forms.CharField(
        label=_("Text to redact"),
        max_length=MAX_CHARS,
        widget=forms.Textarea(
            attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
        help_text=_(
            "Exactly as it is on the ticket, such as a password. Upper and lower case don't matter."
        ),
    )
    confirmed = forms.BooleanField(
        label=_("I understand that this can't be undone."), required=False
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ["text", "why", "confirmed", "previewed"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" not in self.data:  # not looked for yet, so there is nothing to confirm
            self.fields["confirmed"].widget = forms.HiddenInput()

    @property
    def is_confirmed(self) -> bool:
        """Return True if the reader agreed after they saw where this very text is."""
        given = self.cleaned_data
        is_seen = given["previewed"].split() == given["text"].split()
        return bool(given["confirmed"] and is_seen)

    def ask_for_confirmation(self) -> None:
        """Render the form again as one whose text was found."""
        data = {name: value for name, value in self.data.items() if name != "confirmed"}
        self.data = data | {"previewed": self.cleaned_data["text"]}
