"""The admin page of a desk's identity providers: the secret goes in and never comes out."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from unfold.admin import TabularInline
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from accounts.admin.base import AdminRequest, DeskForm, DeskInline, DeskModelAdmin
from accounts.logins.saml_metadata import (
    SamlInputError,
    dump_certificates,
    read_certificates,
    read_metadata,
)
from accounts.models import GroupRole, IdentityProvider
from accounts.models.identities import ProviderKind

PLAIN = {"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
FROM_METADATA = ("entity_id", "sso_url", "certificates")
USUAL = "Empty for what Entra ID, Okta and Google Workspace usually call it."


def _to_copy(label: str, help_text: str = "") -> forms.CharField:
    """An address of ours, to be entered at the provider."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        disabled=True,
        widget=UnfoldAdminTextInputWidget,
    )


class OpenIdForm(DeskForm):
    """A provider of OpenID Connect. An empty secret leaves the stored one."""

    server_url = forms.URLField(
        label="Issuer",
        required=False,
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
        if self.kind == ProviderKind.OIDC and not found.get("client_secret") and not is_kept:
            # Also when the issuer changes: a stored secret must not be sent to another address.
            self.add_error("client_secret", "Enter the secret of this client at this issuer.")
        return found

    @property
    def kind(self) -> str:
        return self.cleaned_data.get("kind") or self.instance.kind


class ProviderForm(OpenIdForm):
    """A provider of either kind. For SAML its metadata fills in three fields; it is not kept itself."""

    addresses: ClassVar[
        dict[str, str]
    ] = {}  # ours; set on the class that the admin makes for each request
    our_entity_id = _to_copy(
        "Our entity ID (audience)", "Our metadata stands at this address, too."
    )
    our_address = _to_copy("Our reply address (ACS)")
    metadata = forms.CharField(
        label="Metadata of the provider",
        required=False,
        strip=True,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, **PLAIN}),
        help_text="The XML, pasted: it takes the place of the three fields below.",
    )
    sso_url = forms.URLField(
        label="Log-in address (SSO URL)",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "url", **PLAIN}),
        assume_scheme="https",
        help_text="For the binding HTTP-Redirect.",
    )

    class Meta:
        model = IdentityProvider
        fields: ClassVar[list[str]] = [
            "name",
            "kind",
            "is_active",
            "server_url",
            "client_id",
            *FROM_METADATA,
            "email_attribute",
            "name_attribute",
            "is_email_trusted",
            "group_claim",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "certificates": UnfoldAdminTextareaWidget(attrs={"rows": 6, **PLAIN}),
        }
        help_texts: ClassVar[dict[str, str]] = {"email_attribute": USUAL, "name_attribute": USUAL}
        labels: ClassVar[dict[str, str]] = {
            "email_attribute": "E-mail attribute",
            "group_claim": "Claim or attribute of groups",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(self.addresses)
        if self.instance.certificates and "certificates" in self.fields:
            ends = [
                one.not_valid_after_utc for one in read_certificates(self.instance.certificates)
            ]
            told = f" Good until {max(ends):%Y-%m-%d}; enter the next one before, beside it."
            self.fields["certificates"].help_text += told

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        text = found.pop("metadata", "")
        if text and self.kind == ProviderKind.SAML:
            self._take_metadata(text)
        return found

    def _take_metadata(self, text: str) -> None:
        try:
            read = read_metadata(text)
        except SamlInputError as error:
            self.add_error("metadata", str(error))
            return
        values = (read.entity_id, read.sso_url, dump_certificates(read.certificates))
        for name, value in zip(FROM_METADATA, values, strict=True):
            self.cleaned_data[name] = value
            self.errors.pop(name, None)
            if value != self.initial.get(name, "") and name not in self.changed_data:
                self.changed_data.append(name)  # so that the audit tells it


class GroupRoleInline(DeskInline, TabularInline):
    model = GroupRole
    fields: ClassVar[list[str]] = ["group", "role", "level"]
    verbose_name_plural = "Groups, and what their members become at first"


@admin.register(IdentityProvider)
class IdentityProviderAdmin(DeskModelAdmin):
    """Companies' own log-ins for the desk's agents. The kind is chosen once."""

    form = ProviderForm
    list_display = ["name", "kind", "is_active"]
    inlines = [GroupRoleInline]
    all_kinds = ("Both kinds", {"fields": ["group_claim"]})
    of_kind: ClassVar[dict[str, tuple[str, dict[str, Any]]]] = {
        ProviderKind.OIDC: (
            "OpenID Connect",
            {"fields": ["server_url", ("client_id", "client_secret")]},
        ),
        ProviderKind.SAML: (
            "SAML 2.0",
            {
                "fields": [
                    "metadata",
                    "entity_id",
                    "sso_url",
                    "certificates",
                    ("email_attribute", "name_attribute"),
                    "is_email_trusted",
                ],
                "description": "Save it switched off, with a name only, to be told the addresses to enter there.",
            },
        ),
    }

    def get_fieldsets(self, request: AdminRequest, obj: IdentityProvider | None = None) -> Any:
        if obj is None:
            return [
                (None, {"fields": ["name", "kind", "is_active"]}),
                *self.of_kind.values(),
                self.all_kinds,
            ]
        title, options = self.of_kind[obj.kind]
        ours = ["our_entity_id", "our_address"] if obj.kind == ProviderKind.SAML else []
        fields = [*ours, *options["fields"], "group_claim"]
        return [(None, {"fields": ["name", "is_active"]}), (title, {"fields": fields})]

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            names = ("sso_callback", "saml_metadata", "saml_acs")
            answer, entity_id, ours = (
                request.build_absolute_uri(reverse(name, args=[obj.pk])) for name in names
            )
            form.addresses = {"our_entity_id": entity_id, "our_address": ours}
            if "client_id" in form.base_fields:
                form.base_fields["client_id"].help_text = f"Enter this redirect URI there: {answer}"
        return form

    def save_model(
        self, request: AdminRequest, obj: IdentityProvider, form: Any, change: bool
    ) -> None:
        obj.enter_secret(form.cleaned_data["client_secret"])
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """The provider goes with its groups and what it knew; the agents stay."""
        _, counts, _, protected = super().get_deleted_objects(objs, request)
        return [str(provider) for provider in objs], counts, set(), protected
