"""The form of the note about an account."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.customers.notes import MAX_LENGTH
from helpdesk.shared.fields import TextField


class AccountNoteForm(forms.Form):
    """The note about an account. expected: the text that the page showed."""

    text = TextField(
        label=_("Note"),
        required=False,
        validators=[MaxLengthValidator(MAX_LENGTH)],
        help_text=_(
            "Agents see it on the account and on all of its tickets. Leave empty to"
            " remove the note."
        ),
    )
    expected = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
