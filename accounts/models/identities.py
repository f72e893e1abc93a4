"""Companies' own log-ins (OpenID Connect) for a desk's agents, and whom each of them has let in."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from accounts.models.base import DeskModel
from accounts.models.people import Agent, Level, Role
from accounts.outgoing import refuse_url
from accounts.sealing import seal, unseal


class IdentityProvider(DeskModel):
    """A log-in that vouches for agents of one desk, and at that desk only. Its secret is stored sealed."""

    kind = models.CharField(max_length=4, choices=[("oidc", "OpenID Connect")], default="oidc")
    name = models.CharField(max_length=60, help_text="As the log-in page calls it.")
    server_url = models.URLField("issuer", help_text="Below it stands .well-known/openid-configuration.")
    client_id = models.CharField(max_length=200)
    sealed_client_secret = models.TextField(editable=False, default="")
    group_claim = models.CharField(
        max_length=60, default="groups", help_text="The claim of the ID token that lists a person's groups."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="identity_provider_name_unique")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.server_url = self.server_url.rstrip("/")
        host = self.server_url.split("://")[-1].split("/")[0].split(":")[0].lower()
        if problem := refuse_url(self.server_url, {host}):
            raise ValidationError({"server_url": problem})

    def enter_secret(self, client_secret: str) -> None:
        """Seal what was entered; an empty one leaves the stored one. The caller saves."""
        if client_secret:
            self.sealed_client_secret = seal(client_secret)

    @property
    def client_secret(self) -> str:
        return unseal(self.sealed_client_secret)


class GroupRole(DeskModel):
    """What members of a provider's group become at the desk. Of several groups the first line counts."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="group_roles")
    group = models.CharField(max_length=200)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANALYST)
    level = models.CharField(max_length=4, choices=Level.choices, default=Level.L1)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["provider", "group"], name="group_role_once")]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_role_display()}"


class Identity(DeskModel):
    """A person as a provider knows them (its subject, which never changes), and the agent that they are."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="identities")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_subject_once"),
            models.UniqueConstraint(fields=["provider", "agent"], name="identity_agent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.provider}"
