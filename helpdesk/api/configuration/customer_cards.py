"""Customer cards: what a desk's own system shows beside a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin.cards import CustomerCardForm
from accounts.models import CustomerCard
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView, make_has_secret, make_secret

CARD_FIELDS = ("name", "subject", "url", "cache_minutes", "position", "is_active")
CardForm = forms.modelform_factory(CustomerCard, form=CustomerCardForm, fields=CARD_FIELDS)


class CustomerCardSerializer(RowSerializer):
    """A card that the desk's own system fills."""

    secret = make_secret(200)
    has_secret = make_has_secret("sealed_secret")

    class Meta:
        model = CustomerCard
        fields = ("id", *CARD_FIELDS, "secret", "has_secret")
        extra_kwargs = describe_fields(CustomerCard, CARD_FIELDS)


class CustomerCardsView(FormRowsView):
    model = CustomerCard
    serializer_class = CustomerCardSerializer

    def get_form_class(self, row: CustomerCard) -> type[forms.ModelForm[Any]]:
        return CardForm

    def save_form(self, row: CustomerCard, form: Any, *, is_new: bool) -> None:
        row.enter_secret(form.cleaned_data.get("secret", ""))
        super().save_form(row, form, is_new=is_new)


CUSTOMER_CARDS = build_paths(
    CustomerCardsView,
    place="customer-cards",
    one="customer_card",
    many="customer_cards",
    parameter="card_id",
    texts=Texts(
        list=_("List customer cards"),
        add=_("Add a customer card"),
        show=_("Show a customer card"),
        change=_("Change a customer card"),
        delete=_("Delete a customer card"),
        about=_(
            "The customer cards, which show data from your own systems beside tickets. For desk "
            "admins."
        ),
        changing=_(
            "Changes the given fields and keeps the others. If you change the URL, send the secret "
            "again. For desk admins."
        ),
    ),
)
