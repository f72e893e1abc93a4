"""Senders whose email goes to quarantine."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField


class BlockedSender(DeskModel):
    """An address or a domain whose email opens no ticket and joins none.

    value: normalized, as email is matched: "ana@example.com", or a domain without an at sign.
    """

    value = models.CharField(
        _("address or domain"),
        max_length=254,
        help_text=_("Such as spam@example.com, or example.com for everyone there."),
    )
    why = LineField(_("reason"), max_length=200, blank=True, default="")
    blocked_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("blocked by"),
    )
    blocked_at = models.DateTimeField(_("blocked"), auto_now_add=True)

    class Meta:
        verbose_name = _("blocked sender")
        verbose_name_plural = _("blocked senders")
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "value"],
                name="sender_blocked_once",
                violation_error_message=_("This sender is already blocked."),
            )
        ]

    def __str__(self) -> str:
        return self.value
