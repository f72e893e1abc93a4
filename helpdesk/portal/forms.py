"""Forms for customers: a request, a reply, and the website's contact form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import urlize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import Desk, Plan
from channels_intake.incoming.senders import read_sender
from helpdesk.shared.fields import (
    AddressesField,
    EntryForm,
    FilesField,
    LineField,
    SubmitOnceForm,
    TextField,
    set_choices,
)
from helpdesk.shared.own_addresses import validate_not_own_addresses
from helpdesk.shared.own_fields import make_own_field
from helpdesk.shared.products import ProductField, offer_products
from tickets.models import FormField, Priority

CUSTOM_PREFIX = "own_"  # of the names of a desk's own fields


@dataclass(frozen=True, slots=True)
class PriorityCard:
    """A priority to choose, with the desk's definition, in templates/portal/_priority.html."""

    value: int
    name: str
    definition: str
    rank: int
    is_checked: bool


class ReplyForm(EntryForm):
    """A reply to a ticket: a text, files, or both."""

    body = TextField(
        label=_("Your reply"), required=False, widget=forms.Textarea(attrs={"dir": "auto"})
    )
    when_empty = _("Write a reply or attach a file.")


class OwnFieldsMixin(forms.Form):
    """A form with the desk's own fields (M90-M95). text_field: the name of its long text."""

    text_field: ClassVar[str] = "description"

    def add_own_fields(self, own_fields: Iterable[FormField]) -> None:
        """Add fields. The one with the key "description" is only a hint for the long text."""
        for own in own_fields:
            if own.is_retired:
                continue
            hint = urlize(own.help_text, nofollow=True, autoescape=True)
            if own.key == "description":
                self.fields[self.text_field].help_text = hint
            else:
                field = make_own_field(own, is_required=own.is_required, hint=hint)
                self.fields[CUSTOM_PREFIX + own.key] = field

    def get_custom_values(self) -> dict[str, str]:
        """Return what was entered in the desk's own fields, by key."""
        return {
            name.removeprefix(CUSTOM_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(CUSTOM_PREFIX) and value
        }


class RequestForm(OwnFieldsMixin, SubmitOnceForm):
    """Submit a request (M86-M96): the fields of every desk, and the desk's own ones."""

    subject = LineField(
        label=_("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    description = TextField(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_(
            "What happened, and what did you expect? When did it start, and how many people are "
            "affected?"
        ),
    )
    priority = forms.ModelChoiceField(
        Priority.objects.none(), widget=forms.RadioSelect, empty_label=None, label=_("Priority")
    )
    product = ProductField()
    files = FilesField(  # type: ignore[assignment]  # a field, taken off the class
        label=_("Attachments"), help_text=_("Such as screenshots or logs.")
    )
    cc = AddressesField(
        label=_("CC"),
        widget=forms.Textarea(attrs={"rows": 2, "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_(
            "Email addresses of people who should follow this request, separated by commas or "
            "line breaks."
        ),
    )
    last_fields: ClassVar[tuple[str, ...]] = ("files", "cc")

    def __init__(
        self,
        *args: Any,
        desk: Desk,
        custom_fields: Iterable[FormField],
        plan: Plan | None = None,
        **kwargs: Any,
    ) -> None:
        """plan: the customer's, whose products the form offers first."""
        super().__init__(*args, **kwargs)
        offer_products(self, desk, plan)
        self.desk = desk
        offered = Priority.objects.offered(desk=desk)
        self.priorities = list(offered)
        set_choices(self, "priority", offered)
        self.add_own_fields(custom_fields)
        self.order_fields([name for name in self.fields if name not in self.last_fields])

    def clean_cc(self) -> list[str]:
        validate_not_own_addresses(self.desk, self.cleaned_data["cc"])
        return list(self.cleaned_data["cc"])

    def list_priority_cards(self) -> list[PriorityCard]:
        """Return the desk's priorities with their published definitions (M40-M42)."""
        chosen = str(self["priority"].value() or "")
        return [
            PriorityCard(
                value=priority.pk,
                name=priority.localized_name,
                definition=priority.localized_definition,
                rank=priority.rank,
                is_checked=str(priority.pk) == chosen,
            )
            for priority in self.priorities
        ]


class WebsiteForm(SubmitOnceForm):
    """The website's contact form, for everyone (M24).

    ``website`` is a trap: people don't see it, but bots fill it in.
    """

    name = LineField(
        max_length=120,
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=_("Your email address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    subject = LineField(
        label=_("Subject"), max_length=250, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    message = TextField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}))
    website = forms.CharField(
        required=False,
        label=_("Leave this field empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk

    def clean_email(self) -> str:
        """Reject only the desk's public mailboxes: the form must not reveal who has an account."""
        address = normalize_email(self.cleaned_data["email"])
        if not address:
            raise ValidationError(gettext("Enter a valid email address."))
        if read_sender(self.desk, address).is_mailbox:
            raise ValidationError(
                gettext("This is our own address. Enter yours, so that we can reply to you.")
            )
        return address

    @property
    def is_trapped(self) -> bool:
        """True if a bot filled in the form."""
        return bool(self.data.get("website"))
