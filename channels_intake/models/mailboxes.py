"""Mailboxes: addresses that receive and send a desk's email (M28)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.matching import normalize_email
from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField


class UnverifiedMail(models.TextChoices):
    MATCH = "match", _("Match the account by domain anyway")
    HOLD = "hold", _("Accept it as unverified, without an account")


class Mailbox(DeskModel):
    """An address that the desk receives email at and replies from (M28)."""

    address = models.EmailField(_("address"))
    name = LineField(_("name"), max_length=80, help_text=_("Shown as the sender's name."))
    is_active = models.BooleanField(_("is active"), default=True)
    is_default = models.BooleanField(
        _("is default"),
        default=False,
        help_text=_("Replies to portal requests are sent from this address."),
    )
    unverified_mail = models.CharField(
        _("unverified email"),
        max_length=5,
        choices=UnverifiedMail.choices,
        default=UnverifiedMail.HOLD,
        help_text=_(
            "What to do with email when the provider reports neither pass nor fail (SPF, DKIM, "
            "DMARC)."
        ),
    )
    signature = LinesField(
        _("signature"),
        max_length=1000,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Added to the end of replies from this address, below the agent's own signature."
            " Leave empty for none."
        ),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    # SHA-256 of the code that was mailed to the address
    code_hash = models.CharField(max_length=64, default="", editable=False)
    code_sent_at = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["address"]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "address"],
                name="mailbox_once_per_desk",
                violation_error_message=_("This desk already has this mailbox."),
            ),
            models.UniqueConstraint(
                fields=["address"],
                condition=models.Q(verified_at__isnull=False),
                name="mailbox_verified_once",
                violation_error_message=_("Another desk already receives email for this address."),
            ),
        ]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        self.address = normalize_email(self.address)
