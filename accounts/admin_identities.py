"""The admin page of a desk's identity providers: the secret goes in and never comes out."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminURLInputWidget

from accounts.admin_base import AdminRequest, DeskForm, DeskInline, DeskModelAdmin
from accounts.models import GroupRole, IdentityProvider


class ProviderForm(DeskForm):
    """A provider. An empty secret leaves the stored one."""

    server_url = forms.URLField(
        label="Issuer",
        widget=UnfoldAdminURLInputWidget,
        assume_scheme="https",
        help_text="Such as https://login.example.com; below it stands .well-known/openid-configuration.",
    )
    client_secret = forms.CharField(
        label="Client secret",
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = IdentityProvider
        fields: ClassVar[list[str]] = ["name", "server_url", "client_id", "group_claim", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.sealed_client_secret and "client_secret" in self.fields:
            self.fields["client_secret"].help_text = "One is stored; leave this empty to keep it."

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        is_kept = bool(self.instance.sealed_client_secret) and all(
            str(found.get(name, "")).rstrip("/") == self.initial.get(name)
            for name in ("server_url", "client_id")
        )
        if not found.get("client_secret") and not is_kept:
            # Also when the issuer changes: a stored secret must not be sent to another address.
            self.add_error("client_secret", "Enter the secret of this client at this issuer.")
        return found


class GroupRoleInline(DeskInline, TabularInline):
    model = GroupRole
    fields: ClassVar[list[str]] = ["group", "role", "level"]
    verbose_name_plural = "Groups, and what their members become at first"


@admin.register(IdentityProvider)
class IdentityProviderAdmin(DeskModelAdmin):
    """Companies' own log-ins for the desk's agents."""

    form = ProviderForm
    list_display = ["name", "server_url", "is_active"]
    fields = ["name", "is_active", "server_url", ("client_id", "client_secret"), "group_claim"]
    inlines = [GroupRoleInline]

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            address = request.build_absolute_uri(reverse("company_answer", args=[obj.pk]))
            form.base_fields["client_id"].help_text = f"Enter this redirect URI there: {address}"
        return form

    def save_model(self, request: AdminRequest, obj: IdentityProvider, form: Any, change: bool) -> None:
        obj.enter_secret(form.cleaned_data["client_secret"])
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """The provider goes with its groups and what it knew; the agents stay."""
        _, counts, _, protected = super().get_deleted_objects(objs, request)
        return [str(provider) for provider in objs], counts, set(), protected
