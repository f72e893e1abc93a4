"""The record of an erased desk."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasedDesk(models.Model):
    """The installation's record that a desk was erased: numbers and times, no personal data."""

    number = models.BigIntegerField(_("number"), help_text=_("The ID of the desk."))
    slug = models.CharField(_("path"), max_length=40)
    erased_at = models.DateTimeField(_("erased at"))
    erased_by = models.CharField(
        _("erased by"),
        max_length=254,
        help_text=_("The operating system user who ran the command."),
    )
    counts = models.JSONField(
        _("counts"), default=dict, help_text=_("Deleted rows by table, files and sign-ins.")
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("erased desk")
        verbose_name_plural = _("erased desks")

    def __str__(self) -> str:
        return f"{self.slug}, erased {self.erased_at:%Y-%m-%d}"
