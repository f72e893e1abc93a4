"""Identity providers for single sign-on of agents.

Who can change one decides who signs in as whom, so programs need the scope of agents for it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.admin.identity_providers import ProviderForm
from accounts.models import GroupRole, IdentityProvider, Resource
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView, make_has_secret, make_secret
from tickets.services.settings_rows import Changes

MAX_GROUPS = 200
OPENID = ("server_url", "client_id")
SAML = ("entity_id", "sso_url", "certificates", "email_attribute", "name_attribute")
PROVIDER_FIELDS = ("name", "kind", "is_active", *OPENID, *SAML, "is_email_trusted", "group_claim")
GROUP_FIELDS = ("group", "role", "level")


class GroupRoleItem(RowSerializer):
    """The role that members of a provider's group get when they first sign in."""

    class Meta:
        model = GroupRole
        fields = GROUP_FIELDS
        extra_kwargs = describe_fields(GroupRole, GROUP_FIELDS)


class IdentityProviderSerializer(RowSerializer):
    """An identity provider. Its secret is never shown."""

    client_secret = make_secret()
    has_client_secret = make_has_secret("sealed_client_secret")
    group_roles = GroupRoleItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True,
        required=False,
        max_length=MAX_GROUPS,
        help_text=_("The initial roles by group. The first matching group applies."),
    )

    class Meta:
        model = IdentityProvider
        fields = ("id", *PROVIDER_FIELDS, "client_secret", "has_client_secret", "group_roles")
        extra_kwargs = describe_fields(
            IdentityProvider,
            PROVIDER_FIELDS,
            kind=_("The protocol. It can't be changed later."),
        )


class IdentityProvidersView(FormRowsView):
    model = IdentityProvider
    serializer_class = IdentityProviderSerializer
    prefetched = ("group_roles",)
    parts = ("group_roles",)
    resource = Resource.STAFF

    def get_form_class(self, row: IdentityProvider) -> type[forms.ModelForm[Any]]:
        return ProviderForm

    def write(self, row: IdentityProvider, values: dict[str, Any]) -> None:
        if row.pk is not None and values.get("kind", row.kind) != row.kind:
            text = gettext("The protocol can't be changed. Add another identity provider.")
            raise serializers.ValidationError({"kind": [text]})
        super().write(row, values)

    def save_form(self, row: IdentityProvider, form: Any, *, is_new: bool) -> None:
        row.enter_secret(form.cleaned_data["client_secret"])
        super().save_form(row, form, is_new=is_new)

    def save_parts(self, row: IdentityProvider, parts: dict[str, Any]) -> Changes:
        if "group_roles" not in parts:
            return {}
        groups = GroupRole.objects.filter(provider=row)
        wanted = [GroupRole(desk=row.desk, provider=row, **given) for given in parts["group_roles"]]
        if len({each.group for each in wanted}) < len(wanted):
            text = gettext("Each group can be listed once.")
            raise serializers.ValidationError({"group_roles": [text]})
        before, after = ([_name_group(each) for each in rows] for rows in (groups, wanted))
        if before == after:
            return {}
        groups.delete()
        GroupRole.objects.bulk_create(wanted)
        return {"group_roles": [before, after]}


def _name_group(group: GroupRole) -> str:
    """Return a group's role as the audit log has it."""
    return f"{group.group}: {group.role} {group.level}"


IDENTITY_PROVIDERS = build_paths(
    IdentityProvidersView,
    place="identity-providers",
    one="identity_provider",
    many="identity_providers",
    parameter="provider_id",
    texts=Texts(
        list=_("List identity providers"),
        add=_("Add an identity provider"),
        show=_("Show an identity provider"),
        change=_("Change an identity provider"),
        delete=_("Delete an identity provider"),
        about=_("The identity providers that agents sign in with. For desk admins."),
        adding=_(
            "Adds an OpenID Connect or SAML 2.0 provider. Tokens need the scope “staff:write”. For "
            "desk admins."
        ),
        changing=_(
            "Changes the given fields; “group_roles” replaces all roles by group. If you "
            "change the issuer, send the client secret again. For desk admins."
        ),
        deleting=_("Agents can no longer sign in through the provider. For desk admins."),
    ),
)
