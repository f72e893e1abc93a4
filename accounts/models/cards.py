"""Customer cards: what a desk's own system says about a customer, beside a ticket."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.logins.sealing import seal, unseal
from accounts.models.base import DeskModel
from accounts.models.fields import LineField
from accounts.network.addresses import get_destination_error

MAX_CARDS = 5
MAX_CACHE_MINUTES = 60


class CardSubject(models.TextChoices):
    """Customers that a card is about."""

    ACCOUNT = "account", _("Account")
    CONTACT = "contact", _("Contact")


class CustomerCard(DeskModel):
    """A card that a desk's own system fills. Its secret signs our requests, and is encrypted."""

    name = LineField(
        _("name"), max_length=60, help_text=_("The card's title, for example “Billing”.")
    )
    subject = models.CharField(
        _("about"),
        max_length=7,
        choices=CardSubject.choices,
        default=CardSubject.ACCOUNT,
        help_text=_(
            "One card per account, or one per contact. Tickets without an account show no "
            "account cards."
        ),
    )
    url = models.URLField(
        _("URL"),
        help_text=_(
            "Plumbline posts the account or contact here as JSON when an agent opens a ticket, and "
            "shows the components of the response."
        ),
    )
    sealed_secret = models.TextField(editable=False, default="")
    cache_minutes = models.PositiveSmallIntegerField(
        _("cache for (minutes)"),
        default=5,
        validators=[MaxValueValidator(MAX_CACHE_MINUTES)],
        help_text=_("How long Plumbline reuses a response. Enter 0 to ask again each time."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("customer card")
        verbose_name_plural = _("customer cards")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="customer_card_name_unique",
                violation_error_message=_("There is already a card with this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.url and (problem := get_destination_error(self.url)):
            raise ValidationError({"url": problem})

    def enter_secret(self, secret: str) -> None:
        """Encrypt a new secret; an empty text keeps the stored one. The caller saves."""
        if secret:
            self.sealed_secret = seal(secret)

    @property
    def secret(self) -> str:
        """The secret that signs requests. Raises UnsealError."""
        return unseal(self.sealed_secret) if self.sealed_secret else ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""
