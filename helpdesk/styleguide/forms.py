"""A form with every kind of field."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ExampleForm(forms.Form):
    """Fields as forms of the agent pages have them: with a hint, with an error, disabled."""

    name = forms.CharField(label=_("Name"), help_text=_("As customers see it."))
    email = forms.EmailField(label=_("Email"))
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("solved", _("Solved")), ("duplicate", _("Duplicate"))]
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    number = forms.CharField(label=_("Ticket number"), required=False, disabled=True)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[("l1", _("Level 1")), ("l2", _("Level 2"))],
        widget=forms.RadioSelect,
    )


def build_example(prefix: str) -> ExampleForm:
    """Return the form as it comes back with an error. prefix: of its ids on the page."""
    entered = {
        f"{prefix}-name": "Fabrikam",
        f"{prefix}-email": "jonas@",
        f"{prefix}-reason": "solved",
        f"{prefix}-note": "",
        f"{prefix}-urgent": "on",
        f"{prefix}-level": "l1",
    }
    return ExampleForm(entered, prefix=prefix, initial={"number": "RC-1042"})
