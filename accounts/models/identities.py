"""Companies' own log-ins (OpenID Connect, SAML) for a desk's agents, and whom each of them has let in."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accounts.logins.saml_metadata import (
    SamlInputError,
    dump_certificates,
    get_certificates_error,
    get_sso_url_error,
    read_certificates,
)
from accounts.logins.sealing import seal, unseal
from accounts.models.base import DeskModel
from accounts.models.people import Agent, Level, Role
from accounts.network.addresses import get_url_error

NEEDED = "This field is required."

DEFAULT_GROUP_CLAIM = "groups"


class ProviderKind(models.TextChoices):
    OIDC = "oidc", "OpenID Connect"
    SAML = "saml", "SAML 2.0"


class IdentityProvider(DeskModel):
    """A log-in that vouches for agents of one desk, and at that desk only. Its secret is stored sealed.

    Issuer and client belong to OpenID Connect; entity ID, address, certificates and attributes to SAML. A SAML
    provider may be kept without them while it is off: whoever sets it up there asks for this side's addresses first.
    """

    kind = models.CharField(max_length=4, choices=ProviderKind.choices, default=ProviderKind.OIDC)
    name = models.CharField(max_length=60, help_text="As the log-in page calls it.")
    server_url = models.URLField(
        "issuer",
        blank=True,
        default="",
        help_text="Below it stands .well-known/openid-configuration.",
    )
    client_id = models.CharField(max_length=200, blank=True, default="")
    sealed_client_secret = models.TextField(editable=False, default="")
    entity_id = models.CharField("entity ID", max_length=500, blank=True, default="")
    sso_url = models.URLField("log-in address", max_length=500, blank=True, default="")
    certificates = models.TextField(
        blank=True, default="", help_text="PEM, one below the other for a change."
    )
    email_attribute = models.CharField(max_length=200, blank=True, default="")
    name_attribute = models.CharField(max_length=200, blank=True, default="")
    is_email_trusted = models.BooleanField(
        "e-mail addresses are trusted",
        default=False,
        help_text="Nobody there can change their own address: it may be that of somebody who is known here.",
    )
    group_claim = models.CharField(
        max_length=200,
        default=DEFAULT_GROUP_CLAIM,
        help_text="The claim of the ID token, or the attribute, that lists a person's groups.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="identity_provider_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems = self._clean_saml() if self.kind == ProviderKind.SAML else self._clean_openid()
        if problems:
            raise ValidationError(problems)

    def _clean_openid(self) -> dict[str, str]:
        self.server_url = self.server_url.rstrip("/")
        host = self.server_url.split("://")[-1].split("/")[0].split(":")[0].lower()
        found = {
            "server_url": get_url_error(self.server_url, {host}) if self.server_url else NEEDED
        }
        found["client_id"] = None if self.client_id else NEEDED
        return {name: problem for name, problem in found.items() if problem}

    def _clean_saml(self) -> dict[str, str]:
        found = {"entity_id": None if self.entity_id or not self.is_active else NEEDED}
        if self.sso_url or self.is_active:
            found["sso_url"] = get_sso_url_error(self.sso_url) if self.sso_url else NEEDED
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
        """Seal what was entered; an empty one leaves the stored one. The caller saves."""
        if client_secret:
            self.sealed_client_secret = seal(client_secret)

    @property
    def client_secret(self) -> str:
        return unseal(self.sealed_client_secret)


class GroupRole(DeskModel):
    """What members of a provider's group become at the desk. Of several groups the first line counts."""

    provider = models.ForeignKey(
        IdentityProvider, on_delete=models.CASCADE, related_name="group_roles"
    )
    group = models.CharField(max_length=200)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANALYST)
    level = models.CharField(max_length=4, choices=Level.choices, default=Level.L1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "group"], name="group_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_role_display()}"


class Identity(DeskModel):
    """A person as a provider knows them (its subject, which never changes), and the agent that they are."""

    provider = models.ForeignKey(
        IdentityProvider, on_delete=models.CASCADE, related_name="identities"
    )
    subject = models.CharField(max_length=255)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="identities")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_subject_once"),
            models.UniqueConstraint(fields=["provider", "agent"], name="identity_agent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.provider}"
