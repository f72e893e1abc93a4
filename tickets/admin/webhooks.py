"""Admin pages of webhooks and their deliveries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin
from accounts.admin.records import RecordsAdmin
from accounts.logins.secrets_once import keep_for_page, take_kept
from tickets.admin.webhook_forms import WebhookForm
from tickets.models import OutboxState, WebhookDelivery, WebhookSubscription
from tickets.sentences.reasons import describe_time, format_time
from tickets.webhooks.describing import describe_attempt
from tickets.webhooks.kinds import get_name
from tickets.webhooks.notices import tell_of_internal
from tickets.webhooks.sending import build_body
from tickets.webhooks.subscriptions import make_secret

SAVED = (
    "name", "url", "kinds", "filters", "payload", "format", "includes_internal",
)  # fmt: skip


@admin.register(WebhookSubscription)
class WebhookSubscriptionAdmin(DeskModelAdmin):
    """URLs to which events of tickets are sent."""

    form = WebhookForm
    list_display = ["name", "url", "payload", "state", "last_success_at"]
    list_filter = ["state"]
    fieldsets = [
        (None, {"fields": ["name", "url", ("payload", "format"), "shown_state"]}),
        (_("Events"), {"fields": ["kinds", "includes_internal"]}),
        (
            _("Tickets"),
            {"fields": ["only_department", "only_priority", "only_tag", "only_plan"]},
        ),
    ]
    readonly_fields = ["shown_state"]
    change_form_outer_before_template = "admin/_webhook_secret.html"
    change_form_outer_after_template = "admin/_webhook.html"

    @admin.display(description=_("state"))
    def shown_state(self, webhook: WebhookSubscription) -> str:
        if webhook.pk is None:
            return gettext("Once you save, new events are sent.")
        waiting = webhook.deliveries.filter(state=OutboxState.WAITING)[:1000].count()
        text = gettext("%(state)s. %(reason)s Waiting events: %(count)s.")
        named = {
            "state": webhook.get_state_display(),
            "reason": webhook.get_stop_reason_display(),
            "count": waiting,
        }
        return " ".join((text % named).split())

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what the form shows: a worker may be writing the other columns."""
        now = timezone.now()
        if not change:
            obj.set_secret(make_secret())
            obj.created_at = obj.next_try_at = now
            super().save_model(request, obj, form, change)
        else:
            obj.save(update_fields=SAVED)
        if obj.includes_internal and "includes_internal" in form.changed_data:
            tell_of_internal(obj, at=now)

    def response_add(self, request: AdminRequest, obj: Any, *args: Any) -> HttpResponse:
        """Go to the new webhook, which shows its secret once."""
        response: HttpResponse = super().response_add(request, obj, *args)
        page = reverse("admin:tickets_webhooksubscription_change", args=[obj.pk])
        keep_for_page(request.session, page, obj.secret)
        return HttpResponseRedirect(page) if response.status_code == 302 else response

    def change_view(self, request: AdminRequest, object_id: str, *args: Any) -> Any:
        secret = take_kept(request.session, request.path)
        return super().change_view(request, object_id, *args, extra_context={"secret": secret})

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """Do not list the deliveries that go with a webhook."""
        _found, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return [str(webhook) for webhook in objs], counts, set(), protected


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(RecordsAdmin):
    """Deliveries of webhooks: the request as it would be sent now, the response and attempts."""

    list_display = ["created_at", "subscription", "shown_kind", "ticket", "state", "status",
                    "attempts", "shown_time"]  # fmt: skip
    list_filter = ["state", "subscription"]
    list_select_related = ["subscription", "ticket__desk"]
    ordering = ["-id"]
    viewing_is_audited = True
    payloads = ["answer"]
    change_form_outer_after_template = "admin/_webhook_delivery.html"
    fields = [
        "subscription", ("shown_kind", "ticket"), ("state", "status"),
        ("attempts", "shown_next_try"), "shown_headers", "shown_body", "answer", "shown_attempts",
    ]  # fmt: skip
    readonly_fields = [
        "shown_kind", "shown_next_try", "shown_headers", "shown_body", "shown_attempts",
    ]  # fmt: skip

    @admin.display(description=_("event"))
    def shown_kind(self, delivery: WebhookDelivery) -> str:
        return get_name(delivery.kind)

    @admin.display(description=_("response time"))
    def shown_time(self, delivery: WebhookDelivery) -> str:
        return f"{delivery.log[-1]['milliseconds']} ms" if delivery.log else "-"

    @admin.display(description=_("next attempt"))
    def shown_next_try(self, delivery: WebhookDelivery) -> str:
        is_waiting = delivery.state == OutboxState.WAITING
        return format_time(delivery.next_try_at) if is_waiting else "-"

    @admin.display(description=_("request headers"))
    def shown_headers(self, delivery: WebhookDelivery) -> SafeString:
        shown = {
            "webhook-id": delivery.message_id,
            "webhook-timestamp": gettext("the time of the attempt"),
            "webhook-signature": gettext("from the secret, which isn't shown"),
            "Content-Type": "application/json",
        }
        return format_html(
            "<pre>{}</pre>", "\n".join(f"{name}: {value}" for name, value in shown.items())
        )

    @admin.display(description=_("request body, as it would be sent now"))
    def shown_body(self, delivery: WebhookDelivery) -> SafeString:
        body = build_body(delivery.subscription, delivery.event).decode()
        return format_html('<pre dir="auto">{}</pre>', body)

    @admin.display(description=_("attempts"))
    def shown_attempts(self, delivery: WebhookDelivery) -> str:
        rows = (
            (describe_time(entry["at"]), describe_attempt(entry), entry["milliseconds"])
            for entry in reversed(delivery.log)
        )
        return format_html_join("", "<p>{}: {} ({} ms)</p>", rows) or "-"
