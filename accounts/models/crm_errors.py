"""The last error of a CRM connection or pull, stored so that each reader gets it translated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.crm.reasons import describe_reason
from accounts.models.base import DeskModel
from accounts.sentences import Problem


class ErrorRow(DeskModel):
    """A row with its last error: a code of accounts/crm/reasons.py, and its parameters."""

    error = models.CharField(_("error"), max_length=40, blank=True, default="", editable=False)
    error_data = models.JSONField(blank=True, default=dict, editable=False)

    class Meta:
        abstract = True

    def set_error(self, problem: Problem | None) -> None:
        """Replace the error, or clear it. The caller saves `error` and `error_data`."""
        self.error, self.error_data = problem or ("", {})

    @property
    def explanation(self) -> str:
        """The error as a sentence in the active language, or ""."""
        return describe_reason(self.error, self.error_data)
