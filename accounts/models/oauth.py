"""OAuth 2.1: applications that a desk admits, and the tokens that people grant them.

The tables of django-oauth-toolkit, each with a desk and so behind the wall. The toolkit writes
rows without knowing of desks, so the entered desk is the default. Access and refresh tokens are
stored as SHA-256 only (COMPLIANT_BCP_RFC9700_TOKEN_STORAGE in settings.py).
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractDeviceGrant,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
    ClientSecretField,
    TokenChecksumField,
)

from accounts.models.fields import LineField
from accounts.models.tokens import DEFAULT_REQUESTS_PER_MINUTE, MAX_REQUESTS_PER_MINUTE
from accounts.tenancy import get_entered_desk

LOOPBACK = {"127.0.0.1", "::1"}


def make_desk_key() -> Any:
    """Return a foreign key to the desk, the entered one by default."""
    return models.ForeignKey(
        "accounts.Desk",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        default=get_entered_desk,
        verbose_name=_("desk"),
    )


def make_user_key(**options: Any) -> Any:
    """Return a foreign key to the person who allowed the application."""
    return models.ForeignKey(
        "accounts.User",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
        **options,
    )


def make_two_factor_field() -> Any:
    """Return the field that says whether the person had passed 2FA when they allowed this."""
    return models.BooleanField(
        _("allowed with two-factor authentication"), default=False, editable=False
    )


class OAuthApplication(AbstractApplication):
    """A third-party application, or a program that acts as a service account.

    scopes: the most that it can ask for. service: whose rights its client credentials have.
    requests_per_minute: for each person that it acts for.
    """

    desk = make_desk_key()
    user: Any = None
    name = LineField(_("name"), max_length=80)
    client_id = models.CharField(
        _("client ID"), max_length=100, default=generate_client_id, editable=False
    )
    client_secret = ClientSecretField(
        max_length=255, blank=True, default=generate_client_secret, editable=False
    )
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    service = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service account"),
    )
    requests_per_minute = models.PositiveIntegerField(
        _("requests per minute"),
        default=DEFAULT_REQUESTS_PER_MINUTE,
        db_default=DEFAULT_REQUESTS_PER_MINUTE,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_REQUESTS_PER_MINUTE)],
    )
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)

    SECRETS: ClassVar[tuple[str, ...]] = ("client_secret",)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [models.UniqueConstraint(fields=["client_id"], name="oauth_client_id_unique")]

    def get_allowed_schemes(self) -> list[str]:
        """Return the schemes of redirects: plain HTTP only to programs on the person's computer."""
        is_local = any(is_loopback(uri) for uri in self.redirect_uris.split())
        return ["https", "http"] if is_local else ["https"]


def is_loopback(uri: str) -> bool:
    """Return True for an address on the person's own computer (RFC 8252, 7.3)."""
    parts = urlsplit(uri)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


class OAuthGrant(AbstractGrant):
    """An authorization code, valid for a minute and once."""

    desk = make_desk_key()
    user = make_user_key()
    code = models.CharField(max_length=255)
    passed_two_factor = make_two_factor_field()

    SECRETS: ClassVar[tuple[str, ...]] = ("code",)

    class Meta:
        verbose_name = _("authorization code")
        verbose_name_plural = _("authorization codes")
        constraints = [models.UniqueConstraint(fields=["code"], name="oauth_code_unique")]


class OAuthAccessToken(AbstractAccessToken):
    """An access token. user: None for client credentials.

    A refresh carries the last use over from the token before.
    """

    desk = make_desk_key()
    user = make_user_key(null=True, blank=True)
    token_checksum = TokenChecksumField(max_length=64)
    passed_two_factor = make_two_factor_field()
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    last_ip = models.GenericIPAddressField(_("last IP address"), null=True, editable=False)

    SECRETS: ClassVar[tuple[str, ...]] = ("token", "token_checksum")
    # Access and refresh tokens refer to each other; the erasure of a desk clears this first.
    CLEARED_FIRST: ClassVar[tuple[str, ...]] = ("source_refresh_token",)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="oauth_access_token_unique")
        ]

    @property
    def id_token(self) -> None:
        """None: OpenID Connect is off."""

    @id_token.setter
    def id_token(self, value: None) -> None: ...


class OAuthRefreshToken(AbstractRefreshToken):
    """A refresh token. Each use replaces it; using an old one again ends its whole family."""

    desk = make_desk_key()
    user = make_user_key()
    passed_two_factor = make_two_factor_field()

    SECRETS: ClassVar[tuple[str, ...]] = ("token", "token_checksum")

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["token_checksum", "revoked"], name="oauth_refresh_token_unique"
            )
        ]
        indexes = [models.Index(fields=["token_family"], name="oauth_refresh_token_family")]


class OAuthIdToken(AbstractIDToken):
    """No table: OpenID Connect is off, but the toolkit asks for a model."""

    user: Any = None
    application: Any = None

    class Meta:
        managed = False


class OAuthDeviceGrant(AbstractDeviceGrant):
    """No table: there is no device flow, but the toolkit asks for a model."""

    user: Any = None

    class Meta:
        managed = False
