"""Forms of the agent pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import Department, Desk, Product, ProductLine
from helpdesk.shared.fields import (
    FutureTimeField,
    LineField,
    set_choices,
)
from tickets.models import Priority, Ticket

MAX_EMAIL_LENGTH = 254
MAX_NAME_LENGTH = 120


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
        return clean_address(self.cleaned_data["email"])


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


def clean_address(text: str) -> str:
    """Return a typed address normalized. Raises ValidationError for anything else."""
    address = normalize_email(text)
    if not address:
        raise forms.ValidationError(
            gettext("Enter a valid email address, such as name@example.com.")
        )
    return address


def expect(form: forms.Form, values: Mapping[str, Any]) -> None:
    """Let a form that was sent expect these values from now on, so that a second try wins."""
    data = cast(QueryDict, form.data).copy()
    for name, value in values.items():
        data[name] = value
    form.data = data
