"""The note that agents keep about an account."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import DeskModel
from accounts.models.fields import LinesField


class AccountNote(DeskModel):
    """A short internal text about an account, which each of its tickets shows to agents."""

    account = models.OneToOneField(
        "accounts.Account",
        on_delete=models.CASCADE,
        related_name="note",
        verbose_name=_("account"),
    )
    text = LinesField(_("text"))
    edited_by = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("edited by"),
    )
    edited_at = models.DateTimeField(_("edited"))

    class Meta:
        verbose_name = _("note about an account")
        verbose_name_plural = _("notes about accounts")

    def __str__(self) -> str:
        return f"Note about account {self.account_id}"
