"""Admin pages of SLA clocks: records, which only the services write."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.display import show_json
from accounts.admin.records import RecordsAdmin, RecordsInline
from sla.durations import format_duration
from sla.models import Clock, ClockEntry


class ClockEntryInline(RecordsInline):
    model = ClockEntry
    fields = ["at", "kind", show_json("data", _("data"))]
    readonly_fields = fields


@admin.register(Clock)
class ClockAdmin(RecordsAdmin):
    list_display = [
        "ticket",
        "kind",
        "shown_target",
        "due_at",
        "met_at",
        "breached_at",
        "stopped_at",
    ]
    list_select_related = ["ticket__desk"]
    search_fields = ["ticket__number__exact"]
    search_help_text = _("A ticket number")
    ordering = ["-id"]
    inlines = [ClockEntryInline]

    @admin.display(description=_("target"))
    def shown_target(self, clock: Clock) -> str:
        return format_duration(clock.target_seconds // 60)
