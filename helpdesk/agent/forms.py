"""Forms of the agent pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import Department, Desk, Product, ProductLine
from helpdesk.shared.fields import (
    AddressesField,
    EntryForm,
    FilesField,
    FutureTimeField,
    LineField,
    SubmitOnceForm,
    TextField,
    set_choices,
)
from helpdesk.shared.own_addresses import validate_not_own_addresses
from helpdesk.shared.products import ProductField, offer_products
from tickets.models import Channel, CloseReason, Priority, Ticket
from tickets.services.conversation import AFTER_REPLY

MAX_EMAIL_LENGTH = 254
MAX_NAME_LENGTH = 120
OPENED_BY_AGENT = [(Channel.PHONE, _("Phone call")), (Channel.AGENT, _("Internal request"))]


class ComposerForm(EntryForm):
    """A public reply or an internal note: text, files, or both."""

    kind = forms.ChoiceField(choices=[("reply", _("Public reply")), ("note", _("Internal note"))])
    body = TextField(label=_("Message"), required=False)
    next = forms.ChoiceField(
        choices=[("", ""), *((state, state) for state in AFTER_REPLY)], required=False
    )
    next_update = FutureTimeField(label=_("Next update by"), required=False)
    last_seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    via = forms.CharField(required=False, max_length=60)


class NewTicketForm(SubmitOnceForm):
    """A ticket that an agent opens for a customer (M22)."""

    email = forms.CharField(
        label=_("Requester's email address"),
        max_length=MAX_EMAIL_LENGTH,
        widget=forms.EmailInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "dir": "ltr",
                "hx-target": "#requester",
            }
        ),
    )
    name = forms.CharField(
        label=_("Requester's name"),
        max_length=MAX_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    channel = forms.ChoiceField(
        label=_("Channel"), choices=OPENED_BY_AGENT, initial=Channel.PHONE.value
    )
    subject = LineField(
        label=_("Subject"),
        max_length=250,
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

    def __init__(
        self, *args: Any, desk: Desk, requester_url: str, requester: str, **kwargs: Any
    ) -> None:
        """requester_url: describes an address' owner. requester: the present one's, or ""."""
        super().__init__(*args, **kwargs)
        self.desk = desk
        offer_products(self, desk)
        self.fields["email"].widget.attrs["hx-get"] = requester_url
        self.fields["email"].help_text = format_html(
            '<span id="requester" role="status" dir="auto">{}</span>', requester
        )
        priorities = Priority.objects.offered(desk=desk)
        set_choices(self, "priority", priorities)
        self.initial.setdefault(
            "priority", next((p.pk for p in priorities if p.is_mail_default), None)
        )

    def clean_cc(self) -> list[str]:
        validate_not_own_addresses(self.desk, self.cleaned_data["cc"])
        return list(self.cleaned_data["cc"])

    def clean_email(self) -> str:
        return _clean_address(self.cleaned_data["email"])


class PromiseForm(forms.Form):
    """Form for a promised update: by when, and what about (M101)."""

    due_at = FutureTimeField(
        label=_("Next update by"),
        help_text=_("The customer sees this time. Your next public reply keeps the promise."),
    )
    why = LineField(
        label=_("Topic of the update"),
        max_length=200,
        required=False,
        help_text=_("For your colleagues; the customer doesn't see it."),
    )


class HoldForm(forms.Form):
    """Form for a hold: its end, and its reason."""

    until = FutureTimeField(
        label=_("Until"),
        help_text=_(
            "Until then the ticket isn't closed for inactivity, and its clocks pause. The "
            "first response and promised updates are still due."
        ),
    )
    why = LineField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For your colleagues; the customer doesn't see it."),
    )


class ClosureForm(forms.Form):
    """Why a ticket is closed. Silence and the customer's own close aren't for agents (M20, M21)."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (reason.value, reason.label)
            for reason in (CloseReason.SOLVED, CloseReason.DUPLICATE, CloseReason.SPAM)
        ],
        initial=CloseReason.SOLVED.value,
        widget=forms.RadioSelect,
    )


class FollowerForm(forms.Form):
    """A follower, who gets the public emails of a ticket (M87)."""

    email = forms.CharField(
        label=_("Email address"),
        max_length=MAX_EMAIL_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def clean_email(self) -> str:
        return _clean_address(self.cleaned_data["email"])


class DepartmentForm(forms.Form):
    """A department of the desk."""

    department = forms.ModelChoiceField(Department.objects.none())

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(desk=desk)
        set_choices(self, "department", departments)


class PriorityForm(forms.Form):
    """A priority of the desk."""

    priority = forms.ModelChoiceField(Priority.objects.none())

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        priorities = Priority.objects.offered(desk=ticket.desk, besides=ticket.priority)
        set_choices(self, "priority", priorities)


class ProductForm(forms.Form):
    """A product of the desk, or none."""

    product = forms.ModelChoiceField(Product.objects.none(), required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = Product.objects.filter(desk=desk)
        set_choices(self, "product", products)


class ProductLineForm(forms.Form):
    """A supported product line of the desk, or none for the account's own."""

    product_line = forms.ModelChoiceField(ProductLine.objects.none(), required=False)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = ProductLine.objects.filter(desk=desk).select_related("product")
        self.fields["product_line"].queryset = lines  # type: ignore[attr-defined]  # as above


def _clean_address(text: str) -> str:
    address = normalize_email(text)
    if not address:
        raise forms.ValidationError(
            gettext("Enter a valid email address, such as name@example.com.")
        )
    return address
