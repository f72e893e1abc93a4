"""The form of a ticket that an agent opens (M22, M52)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import Account, Agent, Contact
from channels_intake.incoming.senders import read_sender
from helpdesk.agent.forms import MAX_EMAIL_LENGTH, MAX_NAME_LENGTH, clean_address
from helpdesk.agent.new_tickets.chooser import find_account, get_chosen
from helpdesk.shared.fields import (
    AddressesField,
    FilesField,
    LineField,
    SubmitOnceForm,
    TextField,
    set_choices,
)
from helpdesk.shared.own_addresses import OWN_ADDRESS_ERROR, validate_not_own_addresses
from helpdesk.shared.products import ProductField, list_covered, offer_products
from tickets.models import Channel, Priority

MAX_MINUTES = 24 * 60
MAX_MADE_SUBJECT = 100  # characters
MAX_WORDS = 254  # characters of the requester field
KINDS = [
    (Channel.PHONE, _("Phone call")),
    (Channel.AGENT, _("On a customer's behalf")),
    (Channel.INTERNAL, _("Internal request")),
]


class NewTicketForm(SubmitOnceForm):
    """A ticket for a customer: one of those found, or a new contact.

    After is_valid: contact, the chosen one, or None; email, of a new contact, or ""; account, of
    the requester, or None.
    """

    contact: Contact | None = None
    account: Account | None = None
    email = ""

    channel = forms.ChoiceField(
        label=_("Type of request"),
        choices=KINDS,
        initial=Channel.PHONE.value,
        widget=forms.RadioSelect,
    )
    requester = forms.CharField(
        label=_("Requester"),
        max_length=MAX_WORDS,
        required=False,
        help_text=_("Name, company or email address."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )
    choice = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the new contact"),
        max_length=MAX_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    new_email = forms.CharField(
        label=_("Email address of the new contact"),
        max_length=MAX_EMAIL_LENGTH,
        required=False,
        widget=forms.EmailInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "dir": "ltr"}
        ),
    )
    call_minutes = forms.IntegerField(
        label=_("Call length (minutes)"),
        min_value=1,
        max_value=MAX_MINUTES,
        required=False,
        help_text=_(
            "Added to the time spent on the ticket. The caller gets your description as a short "
            "email."
        ),
    )
    subject = LineField(
        label=_("Subject"),
        max_length=250,
        required=False,
        help_text=_("If it's empty, the first line of the description is used."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    text = TextField(
        label=_("Description"), widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    )
    priority = forms.ModelChoiceField(
        Priority.objects.none(), label=_("Priority"), empty_label=None
    )
    product = ProductField()
    cc = AddressesField(
        label=_("Followers (CC)"),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
        help_text=_("They get the public emails of this ticket. Separate addresses with commas."),
    )
    # A field, replaced by the form's metaclass.
    files = FilesField(label=_("Attachments"))  # type: ignore[assignment]  # see above

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk = agent.desk
        if agent.needs_approval:
            self.fields["call_minutes"].help_text = gettext(
                "Added to the time spent on the ticket."
            )
            self.fields["text"].help_text = gettext(
                "It isn't emailed to anyone, because what you write to customers needs approval. To"
                " email the customer, write a reply on the ticket."
            )
        offer_products(self, desk)
        priorities = Priority.objects.offered(desk=desk)
        set_choices(self, "priority", priorities)
        if self.initial.get("choice"):  # who it is for is known, so the text comes next
            self.fields["text"].widget.attrs["autofocus"] = True
        self.initial.setdefault(
            "priority", next((p.pk for p in priorities if p.is_mail_default), None)
        )

    def clean_cc(self) -> list[str]:
        validate_not_own_addresses(self.desk, self.cleaned_data["cc"])
        return list(self.cleaned_data["cc"])

    def clean_new_email(self) -> str:
        typed = self.cleaned_data["new_email"]
        return clean_address(typed) if typed.strip() else ""

    def clean(self) -> dict[str, Any]:
        """Find the requester, and ask for what is missing."""
        given = super().clean() or {}
        if "subject" not in self.errors:
            given["subject"] = given["subject"] or make_subject(given.get("text", ""))
        if given.get("channel") == Channel.INTERNAL:
            self._refuse_followers(given)
        elif "new_email" not in self.errors and "requester" not in self.errors:
            self._find_requester(given)
        if not self.errors:
            self._require_product(given)
        return given

    def _refuse_followers(self, given: dict[str, Any]) -> None:
        if given.get("cc"):
            text = gettext("Internal requests don't send email. Remove the followers to continue.")
            self.add_error("cc", text)

    def _find_requester(self, given: dict[str, Any]) -> None:
        choice, typed = given.get("choice", ""), given["new_email"]
        self.contact, self.account = get_chosen(self.desk, choice)
        if choice and not (self.contact or self.account):
            self.add_error("requester", gettext("This contact no longer exists. Choose again."))
        elif self.contact and typed:
            text = gettext("You chose %(name)s. Clear this address, or change the requester.")
            self.add_error("new_email", text % {"name": self.contact})
        elif self.contact:
            self.account = self.contact.account
        elif email := typed or normalize_email(given["requester"]):
            self._take_address(email, field="new_email" if typed else "requester")
        elif self.account:
            self.add_error("new_email", gettext("Enter the new contact's email address."))
        else:
            text = gettext("Choose a requester, or enter an email address.")
            self.add_error("requester", text)

    def _take_address(self, email: str, *, field: str) -> None:
        """Use an address: of a known contact, or of a new one."""
        sender = read_sender(self.desk, email)
        if sender.is_mailbox:
            self.add_error(field, str(OWN_ADDRESS_ERROR))
            return
        self.email = email
        if sender.contact:
            self.account = sender.contact.account
        elif self.account is None:
            self.account = find_account(self.desk, email)

    def _require_product(self, given: dict[str, Any]) -> None:
        """Ask for the product if the requester's plan covers certain products only (M68)."""
        if "product" not in self.fields or given["product"] or self.account is None:
            return
        if list_covered(self.account.plan):
            text = gettext("The plan %(plan)s covers only certain products. Choose one.")
            self.add_error("product", text % {"plan": self.account.plan})


def make_subject(text: str) -> str:
    """Return the first line of a description as a subject; the description itself keeps it all."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return Truncator(next(filter(None, lines), "")).chars(MAX_MADE_SUBJECT)
