"""Admin page of desks and their settings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest, is_desk_admin, is_installation_admin
from accounts.admin.audited import AuditedAdmin
from accounts.admin.desk_forms import DeskSettingsForm
from accounts.admin.texts import TranslatedAdmin
from accounts.models import EMERGENCY_TEXTS, SENTENCE_STATES, Desk

ADDRESS_HELP = _(
    "Links in emails, bookmarks and ticket references contain these, and they must be unique. "
    "Only an installation admin can change them."
)
STATE_WORDS_HELP = _("Custom names for ticket statuses. Leave a field empty to keep the default.")
STATE_SENTENCES_HELP = _(
    "What a customer reads in the portal about the status of a request. Leave a field empty to keep"
    " the default. When the request closes or can be reopened is always added."
)
WORD_ROWS = (
    ("word_new", "word_open"),
    ("word_investigating", "word_waiting"),
    ("word_escalated",),
    ("word_solved", "word_closed"),
    ("word_customer_waiting", "word_customer_investigating"),
    ("word_customer_escalated",),
)
LEVELS_HELP = _(
    "Names of the support levels, and what customers are told in the portal and by email when their"
    " request reaches one. Leave a field empty to keep the default."
)
EMERGENCIES_HELP = _(
    "What customers are told about an emergency they reported. Agents can change the text before "
    "they send it. A promised update is due after the times below, and its clock warns like others."
)
LEVEL_ROWS = (("level_l1", "level_l2", "level_rnd"), ("level_text_l2",), ("level_text_rnd",))
EMERGENCY_ROWS = tuple((f"emergency_{outcome}",) for outcome in EMERGENCY_TEXTS)
SENTENCE_ROWS = tuple((f"sentence_{state}",) for state in SENTENCE_STATES)


@admin.register(Desk)
class DeskAdmin(TranslatedAdmin, AuditedAdmin):
    """Desk admins see the settings of their own desk; installation admins see all desks."""

    form = DeskSettingsForm
    list_display = ["name", "slug", "domain", "time_zone", "is_suspended"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["name", ("language", "time_zone"), ("accent", "hotline")]}),
        (_("Logo"), {"fields": ["logo_now", "logo_file", "remove_logo"]}),
        (
            _("Statuses"),
            {
                "fields": WORD_ROWS,
                "description": STATE_WORDS_HELP,
            },
        ),
        (
            _("Status texts for customers"),
            {
                "fields": SENTENCE_ROWS,
                "description": STATE_SENTENCES_HELP,
            },
        ),
        (_("Levels"), {"fields": LEVEL_ROWS, "description": LEVELS_HELP}),
        (
            _("Emergencies"),
            {
                "fields": [
                    *EMERGENCY_ROWS,
                    "emergency_decision_minutes",
                    ("emergency_accepted_minutes", "emergency_courtesy_minutes"),
                    ("emergency_information_minutes", "emergency_downgraded_minutes"),
                ],
                "description": EMERGENCIES_HELP,
            },
        ),
        (_("Inactivity"), {"fields": [("reminder_days", "silence_days"), "reopen_days"]}),
        (_("Defects"), {"fields": [("major_impact", "release_action")]}),
        (_("SLA"), {"fields": ["warn_points", "pause_states"]}),
        (
            _("Assignment"),
            {
                "fields": [
                    ("agent_capacity", "offer_minutes"),
                    "prefers_last_agent",
                    ("quiet_minutes", "idle_minutes"),
                    "missing_minutes",
                ]
            },
        ),
        (_("Customers"), {"fields": ["free_domains"]}),
        (_("Replies"), {"fields": ["undo_seconds"]}),
        (
            _("Retention"),
            {
                "fields": [
                    ("email_source_days", "closed_file_days"),
                    ("webhook_days", "notification_days"),
                ]
            },
        ),
        (_("Sign-in"), {"fields": ["require_two_factor", "max_token_days"]}),
        (
            _("Address"),
            {
                "fields": [("slug", "domain"), ("ticket_prefix", "is_suspended")],
                "description": ADDRESS_HELP,
            },
        ),
    ]
    text_rows = (*WORD_ROWS, *SENTENCE_ROWS, *LEVEL_ROWS, *EMERGENCY_ROWS)
    installation_only = ("slug", "domain", "ticket_prefix")
    # Suspension has side effects, so it has a form of its own (helpdesk/admin/desks.py).
    change_form_outer_after_template = "admin/_desk_suspension.html"

    def get_queryset(self, request: AdminRequest) -> QuerySet[Desk]:
        desks: QuerySet[Desk] = super().get_queryset(request)
        return desks if is_installation_admin(request) else desks.filter(pk=request.desk.pk)

    def get_readonly_fields(self, request: AdminRequest, obj: Model | None = None) -> Any:
        return (
            "is_suspended",
            "logo_now",
            *(() if is_installation_admin(request) else self.installation_only),
        )

    def get_own_language(self, request: AdminRequest, obj: Desk | None) -> str:
        return (obj or Desk()).language

    @admin.display(description=_("logo"))
    def logo_now(self, desk: Desk) -> str:
        if not desk.logo:
            return gettext("No logo. The first letter of the name is shown instead.")
        outside = get_script_prefix() == "/" and not desk.domain
        source = f"/{desk.slug}" * outside + reverse("logo", args=[desk.logo_name])
        alt = gettext("Logo of %(desk)s") % {"desk": desk}
        return format_html('<img class="logo-now" src="{}" alt="{}">', source, alt)

    def save_model(self, request: AdminRequest, obj: Desk, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.logo_before:
            logo = form.logo_before
            transaction.on_commit(lambda: default_storage.delete(logo), robust=True)

    def has_module_permission(self, request: AdminRequest) -> bool:
        return is_desk_admin(request) or is_installation_admin(request)

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: AdminRequest) -> bool:
        return is_installation_admin(request)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return False  # suspend a desk instead; deleting one is more than a click in a form
