"""What is left of a desk that was erased."""

from __future__ import annotations

from django.db import models


class ErasedDesk(models.Model):
    """The installation's record that a desk was erased: numbers and times, nobody's words."""

    number = models.BigIntegerField(help_text="The id that the desk had.")
    slug = models.CharField(max_length=40)
    erased_at = models.DateTimeField()
    erased_by = models.CharField(max_length=254, help_text="Who ran it, as the machine knows them.")
    counts = models.JSONField(default=dict, help_text="Rows by table, files and logins that went.")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.slug}, erased {self.erased_at:%Y-%m-%d}"
