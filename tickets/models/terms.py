"""Accounts whose plan or status changed, while their tickets follow."""

from __future__ import annotations

from django.db import models

from accounts.models import DeskModel


class NewTerms(DeskModel):
    """An account has other terms since ``at``; its tickets up to ``upto`` follow, and have up to ``reached``.

    Later tickets were opened under the new terms. The row goes with the last ticket; a further change begins anew.
    """

    account = models.OneToOneField("accounts.Account", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    upto = models.BigIntegerField(
        help_text="The id of the account's newest ticket when the terms changed."
    )
    reached = models.BigIntegerField(
        default=0, help_text="The id of the last ticket that followed."
    )

    class Meta:
        verbose_name_plural = "new terms"

    def __str__(self) -> str:
        return f"{self.account}: {self.reached} of {self.upto}"
