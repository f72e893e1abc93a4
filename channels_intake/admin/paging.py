"""Admin pages of paging services, with a test alert."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminURLInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.admin.kinds import refuse_unused
from accounts.admin.records import RecordsAdmin
from accounts.admin.secrets import SecretField, is_moved, require_again
from channels_intake.models import PageEvent, PagingKind, PagingService
from channels_intake.outgoing.composing import get_desk_url

MIN_SECRET = 16
# What a kind doesn't use. The others use everything.
UNUSED = {
    PagingKind.EMAIL.value: ("url", "secret", "webhook_secret"),
    PagingKind.JSM.value: ("webhook_secret",),
    PagingKind.WEBHOOK.value: ("webhook_secret",),
}


class PagingServiceForm(DeskForm):
    """A service. An empty secret keeps the stored one; none is ever shown."""

    url = PagingService._meta.get_field("url").formfield(
        assume_scheme="https", widget=UnfoldAdminURLInputWidget()
    )
    secret = SecretField(
        label=_("Key or secret"),
        min_length=MIN_SECRET,
        max_length=200,
        help_text=_(
            "PagerDuty: the integration key of an Events API v2 integration. Jira Service "
            "Management: the key of an API integration. Webhook: a secret that signs each request "
            "(Standard Webhooks). Leave empty to keep the stored one."
        ),
    )

    webhook_secret = SecretField(
        label=_("Signing secret"),
        max_length=200,
        help_text=_(
            "PagerDuty shows it once, when you add the webhook. Leave empty to keep the stored one."
        ),
    )

    def clean(self) -> Any:
        given = super().clean()
        kind = self.cleaned_data.get("kind")
        has_secret = self.cleaned_data.get("secret") or self.instance.sealed_secret
        if kind != PagingKind.EMAIL and not has_secret and "secret" not in self.errors:
            self.add_error("secret", gettext("Enter the key or secret of the service."))
        elif kind != PagingKind.EMAIL and is_moved(self, "url", "kind"):
            require_again(self, "secret")
        if kind in UNUSED:
            refuse_unused(self, UNUSED[kind], kind=PagingKind(kind).label)
        return given


@admin.register(PagingService)
class PagingServiceAdmin(DeskModelAdmin):
    """Services that get the alerts of escalation ladders."""

    form = PagingServiceForm
    list_display = ["name", "kind", "department", "is_active"]
    list_select_related = ["department"]
    fieldsets = [
        (None, {"fields": [("name", "is_active"), "kind", "url", "secret", "department"]}),
        (
            _("Acknowledgements from PagerDuty"),
            {
                "fields": ["shown_hook", "webhook_secret"],
                "description": _(
                    "Optional. In PagerDuty, add a generic webhook (v3) with this URL for the"
                    " events incident.acknowledged and incident.resolved. Acknowledging or"
                    " resolving an incident there then acknowledges the escalation here."
                ),
            },
        ),
    ]
    readonly_fields = ["shown_hook"]
    change_form_outer_after_template = "admin/_paging_test.html"

    def get_fieldsets(self, request: AdminRequest, obj: Any = None) -> Any:
        """Leave out the webhook of services that send none, and what email doesn't need.

        What was filled in nevertheless is shown with its error.
        """
        found = super().get_fieldsets(request, obj)
        kind = request.POST.get("kind") or (obj.kind if obj else PagingKind.PAGERDUTY)
        if any(request.POST.get(name) for name in UNUSED.get(kind, ())):
            return found
        if kind == PagingKind.EMAIL:
            return [(None, {"fields": [("name", "is_active"), "kind", "department"]})]
        return found if kind == PagingKind.PAGERDUTY else found[:1]

    @admin.display(description=_("webhook"))
    def shown_hook(self, service: PagingService) -> str | SafeString:
        if not service.pk:
            return gettext("Save first. The URL of the webhook is then shown here.")
        url = f"{get_desk_url(service.desk)}/paging/{service.hook_token}/"
        return format_html("<code>{}</code>", url)

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        obj.enter_secret(given.get("secret", ""), webhook_secret=given.get("webhook_secret", ""))
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """Do not list the events that go with a service."""
        _found, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return [str(service) for service in objs], counts, set(), protected


@admin.register(PageEvent)
class PageEventAdmin(RecordsAdmin):
    """Events of paging services as they came, and why some were set aside."""

    list_display = ["received_at", "service", "state", "reason"]
    list_filter = ["state"]
    list_select_related = ["service"]
    ordering = ["-id"]
    viewing_is_audited = True
    payloads = ["raw"]
    fields = ["service", ("state", "reason"), ("received_at", "attempts"), "shown_body"]
    readonly_fields = ["shown_body"]

    @admin.display(description=_("body"))
    def shown_body(self, event: PageEvent) -> SafeString:
        text = bytes(event.raw).decode("utf-8", "replace")
        return format_html("<pre>{}</pre>", text.replace("\x00", "\N{SYMBOL FOR NULL}"))
