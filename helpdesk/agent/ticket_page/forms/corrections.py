"""Forms that correct a ticket's subject, requester and account, and verify its sender."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import Account, Contact, Desk
from channels_intake.incoming.senders import read_sender
from channels_intake.models import BlockedSender
from helpdesk.agent.handles.forms import NUMBER_SIGN, OFFERED
from helpdesk.agent.lists.account_filter import find_account
from helpdesk.shared.fields import LineField
from helpdesk.shared.numbers import parse_number
from tickets.services.common import MAX_REASON
from tickets.services.corrections import MAX_SUBJECT

ACCOUNTS_OFFERED = "accounts-offered"  # ID of the list of accounts that match what is typed
TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "dir": "auto"}


def _offer(list_id: str) -> dict[str, str]:
    """Return the attributes of an input that loads a list of what matches the typed text."""
    return {
        **TYPED,
        "list": list_id,
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#{list_id}",
    }


def _load_from(form: forms.Form, name: str, list_id: str, url: str) -> None:
    field = form.fields[name]
    field.widget.attrs["hx-get"] = url
    field.help_text = format_html('{}<datalist id="{}"></datalist>', field.help_text, list_id)


class SubjectForm(forms.Form):
    """Form for another subject. expected: the subject that the page showed."""

    subject = LineField(
        label=_("Subject"),
        max_length=MAX_SUBJECT,
        help_text=_(
            "Customers see it in the portal and in the next email. The old subject stays in the "
            "history."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    expected = forms.CharField(
        required=False, strip=False, max_length=MAX_SUBJECT, widget=forms.HiddenInput
    )


class RequesterForm(forms.Form):
    """Form for another requester: a contact by address, or by the number that its page shows.

    ``contact`` cleans to a Contact, or to the address of a new one. expected: ID of the requester
    that the page showed.
    """

    contact = LineField(
        label=_("Requester"),
        max_length=254,
        help_text=_("Type the start of a name or address, then choose a contact."),
        widget=forms.TextInput(attrs=_offer(OFFERED)),
    )
    is_checked = forms.BooleanField(
        label=_("I've confirmed that the request is theirs"),
        required=False,
        help_text=_(
            "If you have, they see the ticket in the portal, and it belongs to their account. If "
            "not, the sender is unverified, and the ticket has no account and no SLA target."
        ),
    )
    keeps_following = forms.BooleanField(
        label=_("Keep the current requester as a follower (CC)"),
        required=False,
        initial=True,
        help_text=_(
            "Followers get the public emails and see the ticket in the portal. If you clear this, "
            "they lose access, and their replies no longer reach this ticket."
        ),
    )
    expected = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, desk: Desk, offers_url: str, **kwargs: Any) -> None:
        """offers_url: lists contacts."""
        super().__init__(*args, **kwargs)
        self.desk = desk
        _load_from(self, "contact", OFFERED, offers_url)

    def clean_contact(self) -> Contact | str:
        typed = str(self.cleaned_data["contact"])
        people = Contact.objects.filter(desk=self.desk).select_related("account")
        if typed.startswith(NUMBER_SIGN):
            found = people.filter(pk=parse_number(typed[1:]) or 0).first()
            email = ""
        else:
            email = normalize_email(typed)
            found = people.with_any_email(email).first()
        address = found.email if found else email
        if address and _is_blocked(self.desk, address):
            text = gettext("%(typed)s is a blocked sender. Ask an admin to unblock it first.")
            raise forms.ValidationError(text % {"typed": typed})
        if found is not None and not found.is_erased:
            return found
        if not email or found is not None:
            text = gettext("No contact matches %(typed)s. Choose one from the list.")
            raise forms.ValidationError(text % {"typed": typed})
        known = read_sender(self.desk, email)
        if known.is_agent or known.is_mailbox:
            text = gettext("This address belongs to your own desk. Enter the customer's address.")
            raise forms.ValidationError(text)
        return email


def _is_blocked(desk: Desk, address: str) -> bool:
    """Return True if the address is blocked, or its domain or one above that."""
    labels = address.rpartition("@")[2].split(".")
    domains = [".".join(labels[place:]) for place in range(len(labels))]
    return BlockedSender.objects.filter(desk=desk, value__in=[address, *domains]).exists()


class AccountForm(forms.Form):
    """Form for another account, by its name, or none. expected: ID of the account on the page."""

    # named as in the account filter of lists, whose offers it uses
    account_name = LineField(
        label=_("Account"),
        max_length=200,
        required=False,
        help_text=_(
            "Only this ticket moves. From now on, the SLA targets of the account's plan apply, and "
            "the account's managers see the ticket in the portal. Leave empty for no account."
        ),
        widget=forms.TextInput(attrs=_offer(ACCOUNTS_OFFERED)),
    )
    expected = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, desk: Desk, names_url: str, **kwargs: Any) -> None:
        """names_url: lists names of accounts."""
        super().__init__(*args, **kwargs)
        self.desk = desk
        _load_from(self, "account_name", ACCOUNTS_OFFERED, names_url)

    def clean_account_name(self) -> Account | None:
        name = self.cleaned_data["account_name"]
        return find_account(self.desk, name) if name else None


class VerificationForm(forms.Form):
    """Form for how an agent checked that the sender is who the address says."""

    why = LineField(
        label=_("How did you check?"),
        max_length=MAX_REASON,
        help_text=_(
            "For example: called back on the number in the account. The ticket then belongs to the "
            "sender's account. Saved in the ticket's history; the customer doesn't see it."
        ),
    )
