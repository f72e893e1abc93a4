"""Emergencies in the portal: who may report one and why not, and the forms (M75, M76)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.customers.entitlements import check_emergency, get_portal_refusal
from accounts.customers.refusals import describe_refusal_for_customer
from accounts.models import Contact, Desk, Plan
from helpdesk.shared.fields import LineField, SubmitOnceForm, TextField, set_choices
from helpdesk.shared.products import ProductField, offer_products
from tickets.models import UNDECIDED, Priority, State, Ticket


def can_report_emergencies(contact: Contact | None) -> bool:
    """Return True if the contact's plan includes emergencies. No query."""
    if contact is None or get_portal_refusal(contact) is not None:
        return False
    return not check_emergency(contact.account.plan if contact.account else None)


def describe_emergency_refusal(contact: Contact | None) -> str:
    """Return why a contact can't report emergencies; "" if they can, or for visitors."""
    if contact is None or can_report_emergencies(contact):
        return ""
    refusal = check_emergency(contact.account.plan if contact.account else None)
    return describe_refusal_for_customer(refusal) or str(
        _("Only your company's points of contact can report emergencies.")
    )


def can_report_on(contact: Contact, ticket: Ticket) -> bool:
    """Return True if the contact can report an emergency on this request of their account."""
    is_open = ticket.status != State.CLOSED and ticket.emergency not in UNDECIDED
    return is_open and is_of_their_account(contact, ticket) and can_report_emergencies(contact)


def is_of_their_account(contact: Contact, ticket: Ticket) -> bool:
    """Return True if the request belongs to the contact's account; a follower's may not."""
    return ticket.account_id is not None and ticket.account_id == contact.account_id


class EmergencyReportForm(SubmitOnceForm):
    """An emergency on a request that exists already."""

    impact = TextField(
        label=_("Impact on your business"),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("What can't people do right now, how many are affected, and since when?"),
    )
    reachable = LineField(
        label=_("Who can we reach right now?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    phone = LineField(
        label=_("Phone number"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel", "dir": "ltr"}
        ),
        help_text=_("With the country code, such as +55 51 3333 0000."),
    )
    priority = forms.ModelChoiceField(
        Priority.objects.none(), label=_("Priority"), empty_label=None
    )

    def __init__(self, *args: Any, desk: Desk, ticket: Ticket | None = None, **kwargs: Any) -> None:
        """ticket: if its own priority is high enough, the form doesn't ask for one."""
        super().__init__(*args, **kwargs)
        offered = Priority.objects.offered(desk=desk).filter(allows_emergencies=True)
        set_choices(self, "priority", offered)
        if ticket is not None and ticket.priority.allows_emergencies:
            del self.fields["priority"]


class NewEmergencyForm(EmergencyReportForm):
    """An emergency that opens a request."""

    subject = LineField(
        label=_("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    product = ProductField()
    field_order = ["subject", "impact", "reachable", "phone", "priority", "product"]

    def __init__(self, *args: Any, desk: Desk, plan: Plan | None, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        offer_products(self, desk, plan)
