"""Pages of the admin site: who changed what at a desk."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.base import AdminRequest
from accounts.admin.records import RecordsAdmin
from accounts.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordsAdmin):
    """Who changed what. ``detail__model`` and ``detail__pk`` narrow it to one row: its history."""

    list_display = ["at", "actor", "action", "target"]
    search_fields = ["actor__exact", "target__startswith"]
    search_help_text = "A whole address, or the start of what was changed"
    fields = ["at", "actor", "action", "target", "detail"]

    def lookup_allowed(self, lookup: str, value: str, request: AdminRequest | None = None) -> bool:
        return lookup in {"detail__model", "detail__pk"} or super().lookup_allowed(
            lookup, value, request
        )
