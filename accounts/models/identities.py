"""Single sign-on of a desk's agents: identity providers (OpenID Connect, SAML) and identities."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.logins.saml_metadata import (
    SamlInputError,
    dump_certificates,
    get_certificates_error,
    get_sso_url_error,
    read_certificates,
)
from accounts.logins.sealing import seal, unseal
from accounts.models.base import DeskModel
from accounts.models.choices import Level, Role
from accounts.models.fields import LineField
from accounts.models.people import Agent
from accounts.network.addresses import get_destination_error

REQUIRED = _("This field is required.")

DEFAULT_GROUP_CLAIM = "groups"


class ProviderKind(models.TextChoices):
    """Protocols of single sign-on."""

    OIDC = "oidc", _("OpenID Connect")
    SAML = "saml", _("SAML 2.0")


class IdentityProvider(DeskModel):
    """An identity provider for agents of one desk. Its secret is stored encrypted.

    Issuer and client are for OpenID Connect; entity ID, URL, certificates and attributes are for
    SAML. An inactive SAML provider can be saved without them, because setting it up at the other
    side needs the URLs of this one first.
    """

    kind = models.CharField(
        _("protocol"), max_length=4, choices=ProviderKind.choices, default=ProviderKind.OIDC
    )
    name = LineField(_("name"), max_length=60, help_text=_("Shown on the sign-in page."))
    server_url = models.URLField(
        _("issuer"),
        blank=True,
        default="",
        help_text=_("The URL without .well-known/openid-configuration."),
    )
    client_id = models.CharField(_("client ID"), max_length=200, blank=True, default="")
    sealed_client_secret = models.TextField(editable=False, default="")
    entity_id = models.CharField(_("entity ID"), max_length=500, blank=True, default="")
    sso_url = models.URLField(_("sign-in URL"), max_length=500, blank=True, default="")
    certificates = models.TextField(
        _("certificates"),
        blank=True,
        default="",
        help_text=_("In PEM format. Add the next certificate below the current one."),
    )
    email_attribute = models.CharField(_("email attribute"), max_length=200, blank=True, default="")
    name_attribute = models.CharField(_("name attribute"), max_length=200, blank=True, default="")
    is_email_trusted = models.BooleanField(
        _("trust email addresses"),
        default=False,
        help_text=_(
            "Select this only if people cannot change their own email address at the provider:"
            " they sign in as the agent who has that address."
        ),
    )
    group_claim = models.CharField(
        _("group claim"),
        max_length=200,
        default=DEFAULT_GROUP_CLAIM,
        help_text=_("The claim of the ID token, or the attribute, that lists a person's groups."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="identity_provider_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems = self._clean_saml() if self.kind == ProviderKind.SAML else self._clean_openid()
        if problems:
            raise ValidationError(problems)

    def _clean_openid(self) -> dict[str, Any]:
        self.server_url = self.server_url.rstrip("/")
        found: dict[str, Any] = {
            "server_url": get_destination_error(self.server_url) if self.server_url else REQUIRED
        }
        found["client_id"] = None if self.client_id else REQUIRED
        return {name: problem for name, problem in found.items() if problem}

    def _clean_saml(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "entity_id": None if self.entity_id or not self.is_active else REQUIRED
        }
        if self.sso_url or self.is_active:
            found["sso_url"] = get_sso_url_error(self.sso_url) if self.sso_url else REQUIRED
        if self.certificates or self.is_active:
            found["certificates"] = self._clean_certificates()
        return {name: problem for name, problem in found.items() if problem}

    def _clean_certificates(self) -> str | None:
        try:
            found = read_certificates(self.certificates)
        except SamlInputError as error:
            return str(error)
        self.certificates = dump_certificates(found)
        return get_certificates_error(found, at=timezone.now())

    def enter_secret(self, client_secret: str) -> None:
        """Encrypt a new secret; an empty text keeps the stored one. The caller saves."""
        if client_secret:
            self.sealed_client_secret = seal(client_secret)

    @property
    def client_secret(self) -> str:
        return unseal(self.sealed_client_secret)


class GroupRole(DeskModel):
    """Role at the desk for members of a provider's group. The first matching row wins."""

    provider = models.ForeignKey(
        IdentityProvider,
        on_delete=models.CASCADE,
        related_name="group_roles",
        db_index=False,
        verbose_name=_("identity provider"),
    )
    group = LineField(_("group"), max_length=200)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.ANALYST)
    level = models.CharField(_("level"), max_length=4, choices=Level.choices, default=Level.L1)

    class Meta:
        ordering = ["id"]
        verbose_name = _("group role")
        verbose_name_plural = _("group roles")
        constraints = [
            models.UniqueConstraint(fields=["provider", "group"], name="group_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_role_display()}"


class Identity(DeskModel):
    """The agent that a provider's subject, which never changes, signs in as."""

    provider = models.ForeignKey(
        IdentityProvider,
        on_delete=models.CASCADE,
        related_name="identities",
        db_index=False,
        verbose_name=_("identity provider"),
    )
    subject = LineField(pgettext_lazy("single sign-on", "subject"), max_length=255)
    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="identities", verbose_name=_("agent")
    )

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_subject_once"),
            models.UniqueConstraint(fields=["provider", "agent"], name="identity_agent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.provider}"
