"""Outages of the mail server, as far as a desk's emails meet them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel


class MailOutage(DeskModel):
    """A time in which the mail server takes no email of a desk, for a reason that isn't the email.

    The row goes once the desk's admins were told of the end, or if it ended before they were told.
    reason: the server's words, for whoever runs the installation.
    """

    began_at = models.DateTimeField(_("began at"))
    reason = models.TextField(_("reason"))
    told_at = models.DateTimeField(_("told at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("mail outage")
        verbose_name_plural = _("mail outages")
        constraints = [models.UniqueConstraint(fields=["desk"], name="mail_outage_once")]

    def __str__(self) -> str:
        return f"Mail outage since {self.began_at:%Y-%m-%d %H:%M}"
