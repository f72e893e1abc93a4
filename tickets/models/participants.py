"""The followers of a ticket."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from tickets.models.tickets import Ticket


class Participant(DeskModel):
    """A follower (CC) who gets the public emails: named in the form or by an agent (M87)."""

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="participants",
        db_index=False,
        verbose_name=_("ticket"),
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.CASCADE,
        related_name="participations",
        verbose_name=_("contact"),
    )
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("follower (CC)")
        verbose_name_plural = _("followers (CC)")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "contact"], name="participant_once")
        ]

    def __str__(self) -> str:
        return str(self.contact)
