"""Form for the living summary of a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.agent.brief.cards import LABELS
from helpdesk.shared.fields import LineField
from tickets.models import SUMMARY_FIELDS, Impact, TicketSummary
from tickets.models.summaries import MAX_SUMMARY_LINE
from tickets.services.summaries import get_summary_fields

HINTS = {
    "problem": _("What the customer can't do."),
    "tried": _("What was ruled out, so that no one tries it again."),
    "next_step": _("Who does what next."),
    "blocker": _("What's holding up the next step. Leave empty if nothing is."),
}


class SummaryForm(forms.Form):
    """The summary of a ticket, filled with its newest version.

    summary_version: the version that the page showed, so that no one overwrites a newer one.
    """

    summary_version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, summary: TicketSummary | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in get_summary_fields(summary).items():
            self.fields[name] = LineField(
                label=LABELS[name],
                max_length=MAX_SUMMARY_LINE,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
                help_text=HINTS[name],
            )
            self.initial[name] = text
        self.initial["summary_version"] = summary.version if summary else 0

    def get_summary(self) -> dict[str, str]:
        """Return what was entered, by field of the summary."""
        return {name: self.cleaned_data[name] for name in SUMMARY_FIELDS}


class ImpactForm(forms.Form):
    """A business impact, or none."""

    impact = forms.ChoiceField(choices=Impact.choices, required=False)
