"""Admin pages of repositories at GitHub and GitLab, their rules, and the events they sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminURLInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.records import RecordsAdmin
from channels_intake.code_hosts.client import VENDORS
from channels_intake.code_hosts.rules import add_default_rules
from channels_intake.models import CodeEvent, CodeHost, StageRule
from channels_intake.outgoing.composing import get_desk_url

MAX_SHOWN_BYTES = 200_000
SECRETS = {"token": "sealed_token", "webhook_secret": "sealed_webhook_secret"}
SECRET_STORED_HELP = _("A secret is stored. Leave this empty to keep it.")


def _secret(label: Any, help_text: Any) -> forms.CharField:
    shown = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=500, strip=True, widget=shown
    )


class CodeHostForm(DeskForm):
    """A repository. An empty secret keeps the stored one; none is ever shown."""

    api_url = forms.URLField(
        label=_("URL"),
        help_text=_(
            "Leave empty for github.com and gitlab.com. GitHub Enterprise Server:"
            " https://HOST/api/v3. GitLab Self-Managed: https://HOST."
        ),
        required=False,
        widget=UnfoldAdminURLInputWidget(),
        assume_scheme="https",
    )
    token = _secret(
        _("Access token"),
        _(
            "GitHub: a fine-grained token for this repository with read and write access to"
            " issues, and read access to contents and pull requests. GitLab: a project access"
            " token with the scope api."
        ),
    )
    webhook_secret = _secret(
        _("Webhook secret"),
        _(
            "GitHub: a random secret. GitLab: the signing token that starts with whsec_, or a"
            " secret token where GitLab has no signing tokens yet."
        ),
    )

    class Meta:
        model = CodeHost
        fields: ClassVar[list[str]] = [
            "kind", "api_url", "repository", "labels", "names_customers", "is_paused",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sealed in SECRETS.items():
            if name in self.fields and getattr(self.instance, sealed):
                self.fields[name].help_text = SECRET_STORED_HELP
            elif name in self.fields:
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        # Stored secrets go to the stored address only; a new address must not receive them.
        is_moved = bool({"api_url", "kind"} & set(self.changed_data)) and self.instance.pk
        if is_moved and not found.get("token") and "token" not in self.errors:
            self.add_error(
                "token", gettext("Enter this secret again, because the URL has changed.")
            )
        return found


class StageRuleInline(DeskTabularInline):
    """Which event moves defects to which stage."""

    model = StageRule
    fields = ["trigger", "pattern", "line", "stage"]


@admin.register(CodeHost)
class CodeHostAdmin(DeskModelAdmin):
    """Repositories of code hosts, step by step: access, then the webhook, then the rules."""

    form = CodeHostForm
    inlines = [StageRuleInline]
    list_display = ["repository", "kind", "is_paused", "problem", "checked_at", "last_event_at"]
    fieldsets = [
        (
            _("1. Repository"),
            {"fields": [("kind", "api_url"), "repository", "token", "is_paused"]},
        ),
        (_("2. Webhook"), {"fields": ["shown_hook", "webhook_secret"]}),
        (_("3. Issues"), {"fields": ["labels", "names_customers"]}),
        (_("Health"), {"fields": ["shown_problem", ("checked_at", "last_event_at")]}),
    ]
    readonly_fields = ["shown_hook", "shown_problem", "checked_at", "last_event_at"]
    change_form_outer_after_template = "admin/_code_host_test.html"

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
        obj.enter_secrets(
            token=form.cleaned_data["token"], webhook_secret=form.cleaned_data["webhook_secret"]
        )
        super().save_model(request, obj, form, change)

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
    search_help_text = _("The whole delivery ID")
    ordering = ["-id"]
    viewing_is_audited = True
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
