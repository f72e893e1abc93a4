"""Forms about levels: the troubleshooting record, escalation, and giving back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Level
from accounts.models.fields import LinesField
from helpdesk.shared.fields import LineField, TextField, set_choices
from helpdesk.shared.wording.times import format_datetime
from tickets.models import (
    RECORD_FIELDS,
    EmergencyState,
    EscalationCause,
    Priority,
    Ticket,
    TroubleshootingRecord,
)
from tickets.models.troubleshooting import MAX_LINE
from tickets.rules.suggestions import Suggestion
from tickets.services.troubleshooting import get_record_fields

MAX_WHY = 500
# What the form asks for, where the history and the card only name it.
OWN_LABELS = {"problem": _("problem in your own words")}


def make_why_field(label: Any, help_text: Any, *, required: bool = True) -> LineField:
    """Return a field for a reason, which is kept in the ticket's history."""
    return LineField(
        label=label,
        max_length=MAX_WHY,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=help_text,
    )


class RecordForm(forms.Form):
    """The troubleshooting record of a ticket, filled with its newest version (M60-M63).

    record_version: the version that the page showed, so that no one overwrites a newer one. Empty
    fields start with what the customer already said (M61), and name where that is from.
    """

    record_version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        record: TroubleshootingRecord | None,
        suggested: Mapping[str, Suggestion] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        known = get_record_fields(record)
        for name in RECORD_FIELDS:
            self.fields[name] = make_record_field(name)
            self.initial[name] = known[name]
        self.initial["record_version"] = record.version if record else 0
        for name, each in (suggested or {}).items():
            self.initial[name] = each.value
            self.fields[name].help_text = describe_suggestion(each)

    def get_record(self) -> dict[str, str]:
        """Return what was entered, by field of the record."""
        return {name: self.cleaned_data[name] for name in RECORD_FIELDS}

    def list_record_fields(self) -> list[BoundField]:
        """Return the fields of the record, for the template."""
        return [self[name] for name in RECORD_FIELDS]

    def list_other_fields(self) -> list[BoundField]:
        """Return the other visible fields."""
        return [field for field in self if field.name not in RECORD_FIELDS and not field.is_hidden]


def describe_suggestion(suggestion: Suggestion) -> SafeString:
    """Say that a value is only suggested, and where it is from."""
    if suggestion.answer:
        text = gettext("From the request form: %(field)s") % {"field": suggestion.answer}
    elif suggestion.at is None:
        text = gettext("From the summary")
    else:
        named = {"text": suggestion.quote, "time": format_datetime(suggestion.at)}
        text = gettext("From the message of %(time)s: “%(text)s”") % named
    mark = gettext("Suggestion")
    return format_html('<span class="tag">{}</span> <span dir="auto">{}</span>', mark, text)


def make_record_field(name: str) -> forms.Field:
    """Return the form field of a field of the troubleshooting record."""
    field: Any = TroubleshootingRecord._meta.get_field(name)
    label = OWN_LABELS.get(name, field.verbose_name)
    common: dict[str, Any] = {"label": capfirst(str(label)), "required": False}
    if field.choices:
        unknown = [("", gettext("Not known"))]
        return forms.ChoiceField(choices=[*unknown, *field.choices], **common)
    if isinstance(field, LinesField):
        widget = forms.Textarea(attrs={"rows": 3, "dir": "auto"})
        return TextField(widget=widget, **common)
    return LineField(max_length=MAX_LINE, widget=forms.TextInput(attrs={"dir": "auto"}), **common)


class EscalationForm(RecordForm):
    """Form for an escalation: the reason, and what was gathered for the next level (M8, M18)."""

    expected = forms.ChoiceField(choices=Level.choices, required=False, widget=forms.HiddenInput)
    cause = forms.ChoiceField(
        label=_("Reason"), choices=EscalationCause.choices, widget=forms.RadioSelect
    )
    why = make_why_field(
        _("What the next level needs to know"),
        _("Kept in the ticket's history. The customer doesn't see it."),
    )
    incomplete = make_why_field(
        _("Why the record is incomplete"),
        _("Only needed to escalate a defect while something below is missing."),
        required=False,
    )

    def __init__(self, *args: Any, level: str, after: str, **kwargs: Any) -> None:
        """level, after: the ticket's level, and the one that it goes to."""
        super().__init__(*args, **kwargs)
        self.initial["expected"] = level
        if self.initial.get("cause"):  # the likely one, so the text comes next
            self.fields["why"].widget.attrs["autofocus"] = True
        if after != Level.RND:
            del self.fields["incomplete"]

    def add_missing(self, names: Sequence[str]) -> None:
        """Mark the fields that a defect lacks."""
        for name in names:
            self.add_error(
                name, gettext("Fill this in for a defect, or say above why it's missing.")
            )


class GiveBackForm(forms.Form):
    """Form for giving a ticket back: the lower level, and the reason."""

    expected = forms.ChoiceField(choices=Level.choices, required=False, widget=forms.HiddenInput)
    level = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect)
    why = make_why_field(
        _("Reason"), _("Kept in the ticket's history. The customer doesn't see it.")
    )

    def __init__(
        self, *args: Any, current: str, levels: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["expected"] = current
        choice: Any = self.fields["level"]
        choice.choices = levels
        self.initial["level"] = levels[0][0]


class ReportForm(forms.Form):
    """An emergency that an agent marks on a customer's behalf."""

    impact = TextField(
        label=_("Impact on the customer's business"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    reachable = LineField(
        label=_("Who can be reached now"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    phone = LineField(
        label=_("Phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr"}),
    )


class DecisionForm(forms.Form):
    """The outcome of an emergency: what the customer reads, and the priority of a downgrade."""

    text = TextField(
        label=_("Text for the customer"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Sent as a public reply."),
    )
    priority = forms.ModelChoiceField(
        Priority.objects.none(), label=_("New priority"), empty_label=None
    )

    def __init__(
        self, *args: Any, ticket: Ticket, outcome: EmergencyState, text: str, **kwargs: Any
    ) -> None:
        """text: the desk's text for this outcome, in the customer's language."""
        super().__init__(*args, **kwargs)
        self.initial["text"] = text
        if outcome != EmergencyState.DOWNGRADED:
            del self.fields["priority"]
            return
        lower = Priority.objects.offered(desk=ticket.desk).filter(rank__gt=ticket.priority.rank)
        set_choices(self, "priority", lower)
