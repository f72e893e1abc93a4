"""Admin pages of calls to other systems, read-only."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.records import RecordsAdmin
from channels_intake.models import OutgoingCall


@admin.register(OutgoingCall)
class OutgoingCallAdmin(RecordsAdmin):
    """Calls to code hosts, team chat and paging services, with their results."""

    list_display = ["created_at", "kind", "key", "state", "attempts", "status", "summary"]
    list_display_links = ["created_at", "key"]
    list_filter = ["state", "kind"]
    search_fields = ["key__exact"]
    search_help_text = _("Full key of a call")
    ordering = ["-id"]
    viewing_is_audited = True
    change_form_outer_after_template = "admin/_call_again.html"
    fields = [
        ("kind", "key"), ("state", "status"), "summary", ("method", "path"), "body", "ticket",
        ("attempts", "next_try_at"), ("created_at", "finished_at"), "gives_up_at",
    ]  # fmt: skip
