"""Who changed which right or setting, and when."""

from __future__ import annotations

from django.db import models

from accounts.models.base import DeskModel


class AuditEntry(DeskModel):
    """One change of a setting or right. The application's role may add entries, never alter them."""

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor = models.CharField(max_length=254)
    action = models.CharField(max_length=40)
    target = models.CharField(max_length=254)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["desk", "-id"], name="audit_desk_newest")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.target}"
