"""Admin pages of customer cards, with a test request."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminURLInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.admin.secrets import SecretField, is_moved, require_again
from accounts.models import CustomerCard
from accounts.models.cards import MAX_CARDS

MIN_SECRET = 16


class CustomerCardForm(DeskForm):
    """The form of a card. An empty secret keeps the stored one; an active card needs one."""

    url = CustomerCard._meta.get_field("url").formfield(
        assume_scheme="https", widget=UnfoldAdminURLInputWidget()
    )
    secret = SecretField(
        label=_("Signing secret"),
        min_length=MIN_SECRET,
        max_length=200,
        help_text=_(
            "Signs each request (Standard Webhooks), so your system can verify that it comes "
            "from Plumbline. Leave empty to keep the stored one."
        ),
    )

    def clean(self) -> Any:
        given = super().clean()
        is_missing = not (self.cleaned_data.get("secret") or self.instance.sealed_secret)
        if is_missing and self.cleaned_data.get("is_active") and "secret" not in self.errors:
            self.add_error("secret", gettext("Enter a secret."))
        elif not is_missing and is_moved(self, "url"):
            require_again(self, "secret")
        if not self.instance.pk and CustomerCard.objects.count() >= MAX_CARDS:
            raise ValidationError(
                gettext("A help desk can have %(limit)s customer cards. Delete one first.")
                % {"limit": MAX_CARDS}
            )
        return given


@admin.register(CustomerCard)
class CustomerCardAdmin(DeskModelAdmin):
    """Cards that the desk's own system fills, shown beside tickets."""

    form = CustomerCardForm
    list_display = ["name", "subject", "url", "is_active"]
    fields = [("name", "is_active"), "subject", "url", "secret", ("cache_minutes", "position")]
    change_form_outer_after_template = "admin/_card_test.html"

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        obj.enter_secret(form.cleaned_data.get("secret", ""))
        super().save_model(request, obj, form, change)
