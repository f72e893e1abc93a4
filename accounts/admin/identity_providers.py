"""Admin page of a desk's identity providers for single sign-on. The secret is write-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskInline, DeskModelAdmin
from accounts.admin.kinds import refuse_unused
from accounts.logins.saml_metadata import (
    SamlInputError,
    dump_certificates,
    read_certificates,
    read_metadata,
)
from accounts.models import GroupRole, IdentityProvider
from accounts.models.identities import ProviderKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PLAIN = {"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
FROM_METADATA = ("entity_id", "sso_url", "certificates")
# What only the other protocol uses.
UNUSED: dict[str, tuple[str, ...]] = {
    ProviderKind.OIDC: (
        *("metadata", *FROM_METADATA, "email_attribute", "name_attribute", "is_email_trusted"),
    ),
    ProviderKind.SAML: ("server_url", "client_id", "client_secret"),
}
COMMON_NAME_HELP = _("Leave empty for the names that Entra ID, Okta and Google Workspace use.")
REDIRECT_HELP = _("Enter this redirect URI at the provider: %(url)s")
SAML_HELP = _(
    "To see the URLs to enter at the provider, save it with only a name and leave it inactive."
)


def _our_address(label: StrOrPromise, help_text: StrOrPromise = "") -> forms.CharField:
    """A read-only address of this desk, to copy to the provider."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        disabled=True,
        widget=UnfoldAdminTextInputWidget,
    )


class OpenIdForm(DeskForm):
    """An OpenID Connect provider. An empty secret keeps the stored one."""

    server_url = forms.URLField(
        label=_("Issuer"),
        required=False,
        widget=UnfoldAdminURLInputWidget,
        assume_scheme="https",
        help_text=_(
            "The URL without .well-known/openid-configuration, such as https://login.example.com"
        ),
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.sealed_client_secret and "client_secret" in self.fields:
            self.fields["client_secret"].help_text = gettext(
                "A secret is stored. Leave this empty to keep it."
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        is_kept = bool(self.instance.sealed_client_secret) and all(
            str(found.get(name, "")).rstrip("/") == self.initial.get(name)
            for name in ("server_url", "client_id")
        )
        if self.kind == ProviderKind.OIDC and not found.get("client_secret") and not is_kept:
            # Also required when the issuer changes: a stored secret must not go to a new address.
            self.add_error("client_secret", gettext("Enter the client secret for this issuer."))
        return found

    @property
    def kind(self) -> str:
        return self.cleaned_data.get("kind") or self.instance.kind


class ProviderForm(OpenIdForm):
    """A provider of either kind. SAML metadata fills in three fields and is not stored itself."""

    # Of this desk; both are set on the class that get_form makes for each request.
    addresses: ClassVar[dict[str, str]] = {}
    redirect_url: ClassVar[str] = ""
    our_entity_id = _our_address(
        _("Entity ID (audience) of this desk"), _("This address also serves the metadata.")
    )
    our_address = _our_address(_("Reply URL (ACS) of this desk"))
    metadata = forms.CharField(
        label=_("Provider metadata"),
        required=False,
        strip=True,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, **PLAIN}),
        help_text=_("Paste the XML to fill in the three fields below automatically."),
    )
    sso_url = forms.URLField(
        label=_("Sign-in URL (SSO URL)"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "url", **PLAIN}),
        assume_scheme="https",
        help_text=_("For the HTTP-Redirect binding."),
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
        help_texts: ClassVar[dict[str, Any]] = {
            "email_attribute": COMMON_NAME_HELP,
            "name_attribute": COMMON_NAME_HELP,
        }
        labels: ClassVar[dict[str, Any]] = {
            "email_attribute": _("Email attribute"),
            "group_claim": _("Groups claim or attribute"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(self.addresses)
        # Only those of SAML are checked; nothing reads what is entered for another protocol.
        has_some = self.instance.kind == ProviderKind.SAML and bool(self.instance.certificates)
        if has_some and "certificates" in self.fields:
            ends = [
                one.not_valid_after_utc for one in read_certificates(self.instance.certificates)
            ]
            text = gettext("Valid until %(date)s. Add the next certificate before then.")
            field, valid = self.fields["certificates"], text % {"date": date_format(max(ends))}
            field.help_text = f"{field.help_text} {valid}".strip()
        if self.redirect_url and "client_id" in self.fields:
            self.fields["client_id"].help_text = REDIRECT_HELP % {"url": self.redirect_url}

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        refuse_unused(self, UNUSED[self.kind], kind=ProviderKind(self.kind).label)
        text = found.pop("metadata", "")
        if text and self.kind == ProviderKind.SAML:
            self._apply_metadata(text)
        return found

    def _apply_metadata(self, text: str) -> None:
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
                self.changed_data.append(name)  # so that the audit includes it


class GroupRoleInline(DeskInline, TabularInline):
    """The role that members of a provider's group get when they first sign in."""

    model = GroupRole
    fields: ClassVar[list[str]] = ["group", "role", "level"]
    verbose_name_plural = _("Initial roles by group")


@admin.register(IdentityProvider)
class IdentityProviderAdmin(DeskModelAdmin):
    """Single sign-on for the desk's agents. The kind cannot change later."""

    form = ProviderForm
    list_display = ["name", "kind", "is_active"]
    inlines = [GroupRoleInline]
    change_form_outer_after_template = "admin/_identity_provider_test.html"
    all_kinds = (_("All kinds"), {"fields": ["group_claim"]})
    of_kind: ClassVar[dict[str, tuple[Any, dict[str, Any]]]] = {
        ProviderKind.OIDC: (
            "OpenID Connect",
            {"fields": ["server_url", "client_id", "client_secret"]},
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
                "description": SAML_HELP,
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
            form.redirect_url = answer
        return form

    def save_model(
        self, request: AdminRequest, obj: IdentityProvider, form: Any, change: bool
    ) -> None:
        obj.enter_secret(form.cleaned_data["client_secret"])
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """Do not list the rows that go with the provider, its groups and links; the agents stay."""
        _, counts, _, protected = super().get_deleted_objects(objs, request)
        return [str(provider) for provider in objs], counts, set(), protected
