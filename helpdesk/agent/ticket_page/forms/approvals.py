"""Forms of a trainee's reply: edit and send it, or send it back to its author."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.shared.fields import LineField, TextField
from tickets.replies.approving import Seen


class SeenForm(forms.Form):
    """Form that repeats what the page showed: the newest message, and what changed since."""

    last_seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    new_recipients = forms.BooleanField(required=False, widget=forms.HiddenInput)
    closed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def read_seen(self) -> Seen:
        """Return what the reader of the page has seen."""
        given = self.cleaned_data
        return Seen(
            last_message=given["last_seen"] or 0,
            has_new_recipients=given["new_recipients"],
            is_closed=given["closed"],
        )


class EditedReplyForm(SeenForm):
    """A reply as its approver changes it. It may have files and no text."""

    text = TextField(
        label=_("Reply"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )


class ReturnForm(forms.Form):
    """Form for why a reply is sent back to its author."""

    why = LineField(
        label=_("What to change"),
        max_length=500,
        help_text=_("For your colleagues; the customer doesn't see it."),
    )
