"""Admin page of changed SLA settings and their progress. They are made in helpdesk/admin."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin.records import RecordsAdmin
from sla.models import Replan


@admin.register(Replan)
class ReplanAdmin(RecordsAdmin):
    list_display = ["at", "cause", "subject", "by_name", "scope", "moved", "failed", "done_at"]
    fields = list_display
    readonly_fields = fields
    ordering = ["-pk"]
