"""Accounts whose plan or status changed, while their tickets follow."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel


class NewTerms(DeskModel):
    """New terms of an account since ``at``, being applied to tickets from ``reached`` to ``upto``.

    Later tickets were opened under the new terms. The row is deleted with the last ticket; another
    change starts over.
    """

    account = models.OneToOneField("accounts.Account", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    upto = models.BigIntegerField(
        help_text=_("The id of the account's newest ticket when the terms changed.")
    )
    reached = models.BigIntegerField(
        default=0, help_text=_("The id of the last ticket that followed.")
    )

    class Meta:
        verbose_name = _("new terms")
        verbose_name_plural = _("new terms")

    def __str__(self) -> str:
        return f"{self.account}: {self.reached} of {self.upto}"
