"""The form of an agent's notification preferences: two checkboxes for each topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from tickets.models import Topic
from tickets.notify.choosing import Choices, Ways


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with its two checkboxes."""

    label: str
    in_page: BoundField
    by_email: BoundField


class ChoicesForm(forms.Form):
    """How an agent gets notifications of each topic, and when emails are sent."""

    waits_for_shift = forms.BooleanField(
        label=_("Hold emails until my next shift"),
        required=False,
        help_text=_("Emails about emergencies and escalation alerts are still sent immediately."),
    )
    has_digest = forms.BooleanField(
        label=_("Send me a daily summary"),
        required=False,
        help_text=_(
            "One email a day with your unread notifications, sent after 8:00 AM your time."
        ),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["waits_for_shift"].initial = choices.waits_for_shift
        self.fields["has_digest"].initial = choices.has_digest
        for topic, ways in choices.ways.items():
            for name, chosen in (("in_page", ways.in_page), ("by_email", ways.by_email)):
                field = forms.BooleanField(required=False, initial=chosen)
                self.fields[f"{topic.value}-{name}"] = field

    def list_rows(self) -> list[TopicRow]:
        """Return the topics in the order of the page."""
        return [
            TopicRow(str(topic.label), self[f"{topic}-in_page"], self[f"{topic}-by_email"])
            for topic in Topic
        ]

    def get_choices(self) -> Choices:
        """Return what was chosen in a valid form."""
        given = self.cleaned_data
        ways = {
            topic: Ways(given[f"{topic}-in_page"], given[f"{topic}-by_email"]) for topic in Topic
        }
        return Choices(ways, given["waits_for_shift"], given["has_digest"])
