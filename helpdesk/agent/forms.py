"""What agents fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html

from accounts.matching import normalize_email
from accounts.models import Department, Desk
from helpdesk.shared.fields import (
    AddressesField,
    EntryForm,
    FilesField,
    LineField,
    SubmitOnceForm,
    TextField,
)
from helpdesk.shared.own_addresses import validate_not_own_addresses
from tickets.models import Channel, CloseReason, Priority
from tickets.services.conversation import AFTER_REPLY

OPENED_BY_AGENT = [(Channel.PHONE, "Phone call"), (Channel.AGENT, "Internal request")]


class ComposerForm(EntryForm):
    """A public reply or an internal note: a text, files, or both."""

    kind = forms.ChoiceField(choices=[("reply", "Public reply"), ("note", "Internal note")])
    body = TextField(label="Message", required=False)
    next = forms.ChoiceField(
        choices=[("", ""), *((state, state) for state in AFTER_REPLY)], required=False
    )
    last_seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class NewTicketForm(SubmitOnceForm):
    """A ticket that an agent opens for somebody (M22)."""

    email = forms.CharField(
        label="Requester's e-mail address",
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "hx-target": "#requester"}
        ),
    )
    name = forms.CharField(label="Requester's name", max_length=120, required=False)
    channel = forms.ChoiceField(label="How it came", choices=OPENED_BY_AGENT, initial=Channel.PHONE)
    subject = LineField(max_length=250, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    text = TextField(label="What they need", widget=forms.Textarea(attrs={"rows": 8}))
    priority = forms.ModelChoiceField(Priority.objects.none(), empty_label=None)
    cc = AddressesField(
        label="CC",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        help_text="Others who get the public mail, separated by commas.",
    )
    files = FilesField(label="Attachments")  # type: ignore[assignment]

    def __init__(
        self, *args: Any, desk: Desk, requester_url: str, requester: str, **kwargs: Any
    ) -> None:
        """requester_url answers with who an address belongs to; requester is that of the one at hand, or ""."""
        super().__init__(*args, **kwargs)
        self.desk = desk
        self.fields["email"].widget.attrs["hx-get"] = requester_url
        self.fields["email"].help_text = format_html(
            '<span id="requester" role="status">{}</span>', requester
        )
        priorities = Priority.objects.filter(desk=desk)
        self.fields["priority"].queryset = priorities  # type: ignore[attr-defined]
        self.initial.setdefault(
            "priority", next((p.pk for p in priorities if p.is_mail_default), None)
        )

    def clean_cc(self) -> list[str]:
        validate_not_own_addresses(self.desk, self.cleaned_data["cc"])
        return list(self.cleaned_data["cc"])

    def clean_email(self) -> str:
        return _clean_address(self.cleaned_data["email"])


class EscalationForm(forms.Form):
    """Why a ticket goes a level up (M8, M18)."""

    why = LineField(
        label="What the next level has to know",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It is kept in the history; the customer does not see it.",
    )


class ClosureForm(forms.Form):
    """Why a ticket is closed; silence and the customer's own close are not an agent's to state (M20, M21)."""

    reason = forms.ChoiceField(
        choices=[
            (r.value, r.label)
            for r in (CloseReason.SOLVED, CloseReason.DUPLICATE, CloseReason.SPAM)
        ],
        initial=CloseReason.SOLVED.value,
        widget=forms.RadioSelect,
    )


class ParticipantForm(forms.Form):
    """Somebody else who gets the public mail of a ticket (M87)."""

    email = forms.CharField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(max_length=120, required=False)

    def clean_email(self) -> str:
        return _clean_address(self.cleaned_data["email"])


class DepartmentForm(forms.Form):
    department = forms.ModelChoiceField(Department.objects.none())

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.filter(desk=desk)  # type: ignore[attr-defined]


class PriorityForm(forms.Form):
    priority = forms.ModelChoiceField(Priority.objects.none())

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priority"].queryset = Priority.objects.filter(desk=desk)  # type: ignore[attr-defined]


def _clean_address(text: str) -> str:
    address = normalize_email(text)
    if not address:
        raise forms.ValidationError("This is not an e-mail address.")
    return address
