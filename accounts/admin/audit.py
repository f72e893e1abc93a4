"""Admin page of the audit log: every change of a desk's settings and rights."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.records import RecordsAdmin
from accounts.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordsAdmin):
    """The audit log. ``about_model`` and ``about_pk`` filter it by one row: its history."""

    list_display = ["at", "changed_by", "summary", "target"]
    search_fields = ["actor__exact", "target__startswith"]
    search_help_text = _("A whole email address, or the start of the target's name")
    fields = ["at", "changed_by", "summary", "target", "detail"]
    extra_lookups = ["about_model", "about_pk"]

    @admin.display(description=_("changed by"), ordering="actor")
    def changed_by(self, entry: AuditEntry) -> str:
        return entry.actor_label

    @admin.display(description=_("action"), ordering="action")
    def summary(self, entry: AuditEntry) -> str:
        return entry.summary
