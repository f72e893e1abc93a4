"""Admin pages of repositories at GitHub and GitLab, their rules, and the events they sent."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin, DeskTabularInline
from accounts.admin.records import RecordsAdmin
from channels_intake.admin.code_host_forms import CodeHostForm
from channels_intake.code_hosts.client import VENDORS
from channels_intake.code_hosts.pausing import resume
from channels_intake.code_hosts.rules import add_default_rules
from channels_intake.models import CodeEvent, CodeHost, StageRule
from channels_intake.outgoing.composing import get_desk_url
from tickets.defects.updates.settings import load_stage_settings
from tickets.defects.updates.texts import get_stage_name

MAX_SHOWN_BYTES = 200_000


class StageRuleInline(DeskTabularInline):
    """Which event moves defects to which stage."""

    model = StageRule
    fields = ["trigger", "pattern", "line", "stage"]

    def formfield_for_choice_field(
        self, db_field: Any, request: AdminRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "stage":
            settings = load_stage_settings(request.desk.pk) if request.desk else {}
            kwargs["choices"] = [
                (stage, get_stage_name(stage, settings.get(stage)) if stage else label)
                for stage, label in db_field.get_choices()
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(CodeHost)
class CodeHostAdmin(DeskModelAdmin):
    """Repositories of code hosts, step by step: access, then the webhook, then the rules."""

    form = CodeHostForm
    inlines = [StageRuleInline]
    list_display = ["repository", "kind", "is_running", "problem", "checked_at", "last_event_at"]
    fieldsets = [
        (
            _("1. Repository"),
            {"fields": ["kind", "api_url", "repository", "is_paused"]},
        ),
        (
            _("2. Sign-in"),
            {
                "fields": [
                    "sign_in",
                    "token",
                    "app_id",
                    "installation_id",
                    "private_key",
                ]
            },
        ),
        (_("3. Webhook"), {"fields": ["shown_hook", "webhook_secret"]}),
        (_("4. Issues"), {"fields": ["labels", "names_customers"]}),
        (_("Health"), {"fields": ["shown_problem", ("checked_at", "last_event_at")]}),
    ]
    readonly_fields = ["shown_hook", "shown_problem", "checked_at", "last_event_at"]
    change_form_outer_after_template = "admin/_code_host_test.html"

    @admin.display(description=_("active"), boolean=True, ordering="is_paused")
    def is_running(self, host: CodeHost) -> bool:
        return not host.is_paused

    @admin.display(description=_("webhook"))
    def shown_hook(self, host: CodeHost) -> str | SafeString:
        if not host.pk:
            return gettext("Save first. The URL of the webhook is then shown here.")
        events = VENDORS[host.kind].EVENTS
        names = format_html_join(", ", "{}", ((name,) for name in events))
        url = f"{get_desk_url(host.desk)}/code-hosts/{host.hook_token}/"
        return format_html("<code>{}</code><br>{}", url, names)

    @admin.display(description=_("problem"))
    def shown_problem(self, host: CodeHost) -> str:
        return host.problem or self.get_empty_value_display()

    def save_model(self, request: AdminRequest, obj: CodeHost, form: Any, change: bool) -> None:
        if form.has_moved:
            obj.forget_access()
        given = form.cleaned_data
        obj.enter_secrets(**{name: given[name] for name in form.SECRETS})
        super().save_model(request, obj, form, change)
        if change and "is_paused" in form.changed_data and not obj.is_paused:
            resume(obj, at=timezone.now())

    def save_related(self, request: AdminRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change and not form.instance.rules.exists():
            add_default_rules(form.instance)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """Do not list the links and events that go with the connection; issues stay."""
        _found, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return [str(host) for host in objs], counts, set(), protected


@admin.register(CodeEvent)
class CodeEventAdmin(RecordsAdmin):
    """Events of code hosts as they came, and why some were set aside."""

    list_display = ["received_at", "host", "name", "state", "shown_reason"]
    list_display_links = ["received_at", "name"]
    list_filter = ["state"]
    list_select_related = ["host"]
    search_fields = ["delivery_id__exact"]
    search_help_text = _("Full delivery ID")
    ordering = ["-id"]
    viewing_is_audited = True
    payloads = ["raw"]
    fields = [
        ("host", "name"), "delivery_id", ("state", "shown_reason"),
        ("received_at", "attempts", "next_try_at"), "shown_body",
    ]  # fmt: skip
    readonly_fields = ["shown_reason", "shown_body"]
    change_form_outer_after_template = "admin/_code_event_again.html"

    @admin.display(description=_("reason"))
    def shown_reason(self, event: CodeEvent) -> str:
        return event.explanation or self.get_empty_value_display()

    @admin.display(description=_("body"))
    def shown_body(self, event: CodeEvent) -> SafeString:
        text = bytes(event.raw)[:MAX_SHOWN_BYTES].decode("utf-8", "replace")
        return format_html("<pre>{}</pre>", text.replace("\x00", "\N{SYMBOL FOR NULL}"))
