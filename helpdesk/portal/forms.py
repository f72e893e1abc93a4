"""What customers fill in: a request, an answer, the website's form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import urlize

from accounts.matching import normalize_email
from accounts.models import Desk
from channels_intake.incoming.senders import read_sender
from helpdesk.shared.fields import (
    AddressesField,
    EntryForm,
    FilesField,
    LineField,
    SubmitOnceForm,
    TextField,
)
from helpdesk.shared.own_addresses import validate_not_own_addresses
from tickets.models import FieldKind, FormField, Priority

OWN = "own_"


class ReplyForm(EntryForm):
    """An answer on a ticket: a text, files, or both."""

    body = TextField(label="Your answer", required=False)
    when_empty = "Write an answer, or attach a file."


class RequestForm(SubmitOnceForm):
    """Submit a request (M86-M96): the fields that every desk has, and the desk's own ones."""

    subject = LineField(max_length=250, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    description = TextField(
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What happened, what you expected, since when, and how many people it keeps from their work.",
    )
    priority = forms.ModelChoiceField(
        Priority.objects.none(), widget=forms.RadioSelect, empty_label=None, label="Priority"
    )
    files = FilesField(  # type: ignore[assignment]  # a field, taken off the class
        label="Attachments", help_text="Screenshots, logs and the like."
    )
    cc = AddressesField(
        label="CC",
        widget=forms.Textarea(attrs={"rows": 2, "autocapitalize": "none", "spellcheck": "false"}),
        help_text="Addresses of others who shall read along, separated by commas or line breaks.",
    )
    last_fields: ClassVar[tuple[str, ...]] = ("files", "cc")

    def __init__(
        self, *args: Any, desk: Desk, own_fields: Iterable[FormField], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        self.priorities = list(Priority.objects.filter(desk=desk))
        self.fields["priority"].queryset = Priority.objects.filter(desk=desk)  # type: ignore[attr-defined]
        for asked in own_fields:
            self._ask(asked)
        self.order_fields([name for name in self.fields if name not in self.last_fields])

    def clean_cc(self) -> list[str]:
        validate_not_own_addresses(self.desk, self.cleaned_data["cc"])
        return list(self.cleaned_data["cc"])

    def _ask(self, asked: FormField) -> None:
        hint = urlize(asked.help_text, nofollow=True, autoescape=True)
        if asked.key == "description":
            self.fields["description"].help_text = hint
            return
        self.fields[OWN + asked.key] = _make_field(asked, hint)

    def custom_field_values(self) -> dict[str, str]:
        """What was answered to the desk's own questions, by key."""
        return {
            name.removeprefix(OWN): value
            for name, value in self.cleaned_data.items()
            if name.startswith(OWN) and value
        }

    def priority_cards(self) -> list[dict[str, Any]]:
        """The desk's priorities with their published definitions, for templates/portal/_priority.html."""
        chosen = str(self["priority"].value() or "")
        return [
            {
                "value": priority.pk,
                "name": priority.name,
                "definition": priority.definition,
                "rank": priority.rank,
                "checked": str(priority.pk) == chosen,
            }
            for priority in self.priorities
        ]


def _make_field(asked: FormField, hint: str) -> forms.Field:
    common: dict[str, Any] = {
        "label": asked.label,
        "required": asked.is_required,
        "help_text": hint,
    }
    if asked.kind == FieldKind.SELECT:
        words = [str(word) for word in asked.choices]
        return forms.ChoiceField(
            choices=[("", "Please choose"), *zip(words, words, strict=True)], **common
        )
    return LineField(max_length=200, **common)


class WebsiteForm(SubmitOnceForm):
    """The website's form, for anybody (M24). ``website`` is a trap: people do not see it, machines fill it in."""

    name = LineField(
        max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Your e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    subject = LineField(max_length=250)
    message = TextField(widget=forms.Textarea(attrs={"rows": 8}))
    website = forms.CharField(
        required=False,
        label="Leave this empty",
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk

    def clean_email(self) -> str:
        """Whose login an address is, is told to nobody here: only the public mailboxes are refused."""
        address = normalize_email(self.cleaned_data["email"])
        if not address:
            raise ValidationError("Enter a valid email address.")
        if read_sender(self.desk, address).is_mailbox:
            raise ValidationError(
                "This is our own address; please give yours, so that we can answer you."
            )
        return address

    @property
    def is_trapped(self) -> bool:
        """Whether a machine filled it in."""
        return bool(self.data.get("website"))
