"""Admin pages of paging services, with a test alert."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from channels_intake.models import PagingKind, PagingService

MIN_SECRET = 16


class PagingServiceForm(DeskForm):
    """A service. An empty secret keeps the stored one; none is ever shown."""

    secret = forms.CharField(
        label=_("key or secret"),
        required=False,
        max_length=200,
        strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "PagerDuty: the integration key of an Events API v2 integration. Jira Service "
            "Management: the key of an API integration. Webhook: a secret that signs each request "
            "(Standard Webhooks). Leave empty to keep the stored one."
        ),
    )

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if secret and len(secret) < MIN_SECRET:
            raise ValidationError(gettext("Enter at least 16 characters."))
        return secret

    def clean(self) -> Any:
        given = super().clean()
        kind = self.cleaned_data.get("kind")
        has_secret = self.cleaned_data.get("secret") or self.instance.sealed_secret
        if kind != PagingKind.EMAIL and not has_secret and "secret" not in self.errors:
            self.add_error("secret", gettext("Enter the key or secret of the service."))
        elif kind != PagingKind.EMAIL and self._is_moved() and "secret" not in self.errors:
            text = gettext("Enter this secret again, because the URL has changed.")
            self.add_error("secret", text)
        return given

    def _is_moved(self) -> bool:
        """Return True if the stored secret would go to another address than it was entered for."""
        is_elsewhere = bool({"url", "kind"} & set(self.changed_data))
        return bool(self.instance.pk) and is_elsewhere and not self.cleaned_data.get("secret")


@admin.register(PagingService)
class PagingServiceAdmin(DeskModelAdmin):
    """Services that get the alerts of escalation ladders."""

    form = PagingServiceForm
    list_display = ["name", "kind", "department", "is_active"]
    list_select_related = ["department"]
    fields = [("name", "is_active"), "kind", "url", "secret", "department"]
    change_form_outer_after_template = "admin/_paging_test.html"

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        obj.enter_secret(form.cleaned_data.get("secret", ""))
        super().save_model(request, obj, form, change)
