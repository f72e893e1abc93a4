"""Admin pages of customer cards, with a test request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminURLInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.models import CustomerCard
from accounts.models.cards import MAX_CARDS

MIN_SECRET = 16


class CustomerCardForm(DeskForm):
    """A card. An empty secret keeps the stored one; none is ever shown."""

    url = CustomerCard._meta.get_field("url").formfield(
        assume_scheme="https", widget=UnfoldAdminURLInputWidget()
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        required=False,
        max_length=200,
        strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Signs each request (Standard Webhooks), so your system can verify that it comes "
            "from Plumbline. Leave empty to keep the stored one."
        ),
    )

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if secret and len(secret) < MIN_SECRET:
            raise ValidationError(gettext("Enter at least 16 characters."))
        return secret

    def clean(self) -> Any:
        given = super().clean()
        secret = self.cleaned_data.get("secret")
        if not secret and not self.instance.sealed_secret and "secret" not in self.errors:
            self.add_error("secret", gettext("Enter a secret."))
        elif self._is_moved() and "secret" not in self.errors:
            text = gettext("Enter this secret again, because the URL has changed.")
            self.add_error("secret", text)
        if not self.instance.pk and CustomerCard.objects.count() >= MAX_CARDS:
            raise ValidationError(
                gettext("A help desk can have %(limit)s customer cards. Delete one first.")
                % {"limit": MAX_CARDS}
            )
        return given

    def _is_moved(self) -> bool:
        """Return True if the stored secret would go to another address than it was entered for."""
        is_elsewhere = "url" in self.changed_data
        return bool(self.instance.pk) and is_elsewhere and not self.cleaned_data.get("secret")


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
