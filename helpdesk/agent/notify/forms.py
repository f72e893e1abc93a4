"""The form of an agent's notification preferences: a checkbox for each topic and way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.notify.web_push import is_valid_subscription
from tickets.models import PushSubscription, Topic
from tickets.notify.choosing import SETTINGS, Choices, Ways

MAX_ENDPOINT = PushSubscription._meta.get_field("endpoint").max_length or 0
# The heading of each way, and the label of its checkbox.
WAYS: dict[str, tuple[Promise, Promise]] = {
    "in_page": (_("In Plumbline"), _("%(topic)s: in Plumbline")),
    "by_email": (_("By email"), _("%(topic)s: by email")),
    "by_push": (_("On devices"), _("%(topic)s: on devices")),
    "by_chat": (_("In team chat"), _("%(topic)s: in team chat")),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A checkbox with its label for assistive technology."""

    field: BoundField
    label: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with a checkbox for each way."""

    label: str
    cells: Sequence[Cell]


class ChoicesForm(forms.Form):
    """Ways in which an agent gets notifications of each topic, and when.

    has_chat: False if no chat reaches the agent; then their choices for it stay as they are.
    """

    waits_for_shift = forms.BooleanField(
        label=_("Hold notifications outside of Plumbline until my next shift"),
        required=False,
        help_text=_(
            "Applies to email, devices and team chat. Emergencies and escalation alerts are still"
            " sent immediately."
        ),
    )
    has_digest = forms.BooleanField(
        label=_("Send me a daily summary"),
        required=False,
        help_text=_(
            "One email a day with your unread notifications, sent after 8:00 AM your time."
        ),
    )
    plays_sound = forms.BooleanField(
        label=_("Play a sound for new notifications"),
        required=False,
        help_text=_(
            "While a page of Plumbline is open. Browsers allow it after your first click there."
        ),
    )
    shows_alerts = forms.BooleanField(
        label=_("Show a browser notification while Plumbline is in the background"),
        required=False,
        help_text=_("For open tabs that you aren't looking at. Your browser asks you to allow it."),
    )
    alerts_unassigned = forms.BooleanField(
        label=_("Include new unassigned tickets in sounds and browser notifications"),
        required=False,
    )

    def __init__(self, *args: Any, choices: Choices, has_chat: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        self.ways = [way for way in WAYS if way != "by_chat" or has_chat]
        for name in SETTINGS:
            self.fields[name].initial = getattr(choices, name)
        for topic, ways in choices.ways.items():
            for way in self.ways:
                field = forms.BooleanField(required=False, initial=getattr(ways, way))
                self.fields[f"{topic.value}-{way}"] = field

    def list_headings(self) -> list[str]:
        """Return the headings of the ways."""
        return [str(WAYS[way][0]) for way in self.ways]

    def list_rows(self) -> list[TopicRow]:
        """Return the topics in the order of the page."""
        return [
            TopicRow(
                str(topic.label),
                [
                    Cell(self[f"{topic}-{way}"], str(WAYS[way][1]) % {"topic": topic.label})
                    for way in self.ways
                ],
            )
            for topic in Topic
        ]

    def get_choices(self) -> Choices:
        """Return what was chosen in a valid form."""
        given = self.cleaned_data
        ways = {topic: self._get_ways(topic) for topic in Topic}
        return Choices(ways, **{name: given[name] for name in SETTINGS})

    def _get_ways(self, topic: Topic) -> Ways:
        chosen = {way: self.cleaned_data[f"{topic}-{way}"] for way in self.ways}
        return replace(self.choices.ways[topic], **chosen)


class DeviceForm(forms.Form):
    """A browser's subscription, which helpdesk/static/js/push.js fills in."""

    endpoint = forms.CharField(max_length=MAX_ENDPOINT, widget=forms.HiddenInput)
    public_key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    auth_secret = forms.CharField(max_length=30, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse what no browser gives."""
        given: dict[str, Any] = super().clean() or {}
        names = ("endpoint", "public_key", "auth_secret")
        if not self.errors and not is_valid_subscription(*(given[name] for name in names)):
            raise forms.ValidationError(_("This browser's subscription isn't valid."))
        return given
