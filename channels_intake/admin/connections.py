"""Admin pages of channels, step by step, and of the events that vendors sent."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin
from accounts.admin.records import RecordsAdmin
from channels_intake.admin.connection_forms import list_form_names, make_connection_form
from channels_intake.connections.deletion import get_deletion_error
from channels_intake.connections.hooks import get_hook_url
from channels_intake.connections.pausing import begin_polling, resume
from channels_intake.connections.reasons import describe_reason
from channels_intake.connections.registry import get_connector
from channels_intake.models import ChannelEvent, Connection

MAX_SHOWN_BYTES = 200_000


@admin.register(Connection)
class ConnectionAdmin(DeskModelAdmin):
    """Channels: what they need, what to do at the vendor, and whether they work."""

    list_display = [
        "name", "shown_kind", "is_running", "problem", "checked_at", "last_event_at",
    ]  # fmt: skip
    readonly_fields = [
        "shown_kind", "shown_steps", "shown_problem", "checked_at", "last_event_at", "silent_until",
        "shown_details",
    ]  # fmt: skip
    change_form_outer_after_template = "admin/_channel_test.html"

    def get_kind(self, request: AdminRequest, obj: Connection | None) -> str:
        """Return the kind of a channel, of a new one as it was chosen."""
        return obj.kind if obj is not None else request.GET.get("kind", "")

    def get_form(
        self, request: AdminRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = make_connection_form(self.get_kind(request, obj))
        return super().get_form(request, obj, change, **kwargs | {"form": form})

    def get_fieldsets(self, request: AdminRequest, obj: Any = None) -> Any:
        """Return the steps: the channel, then the vendor's side, then how it is doing."""
        declared = list_form_names(get_connector(self.get_kind(request, obj)))
        first = (_("1. Channel"), {"fields": ["shown_kind", "name", *declared, "is_paused"]})
        if obj is None:
            return [first]
        connector = get_connector(obj.kind)
        health = ["shown_problem", ("checked_at", "last_event_at"), "silent_until"]
        if connector.describe(obj, at=timezone.now()):
            health.append("shown_details")
        steps = (
            [(_("2. Set up at the provider"), {"fields": ["shown_steps"]})]
            if connector.steps
            else []
        )
        return [first, *steps, (_("Health"), {"fields": health})]

    @admin.display(description=_("channel"), ordering="kind")
    def shown_kind(self, connection: Connection) -> SafeString:
        return format_html(
            '<span class="channel-kind"><svg viewBox="0 0 16 16" aria-hidden="true">'
            '<use href="{}#{}"/></svg> {}</span>',
            static("bundles/symbols.svg"),
            get_connector(connection.kind).icon,
            connection.get_kind_display(),
        )

    @admin.display(description=_("active"), boolean=True, ordering="is_paused")
    def is_running(self, connection: Connection) -> bool:
        return not connection.is_paused

    @admin.display(description=_("steps"))
    def shown_steps(self, connection: Connection) -> str | SafeString:
        url = get_hook_url(connection)
        texts = [str(step) for step in get_connector(connection.kind).steps]
        return format_html(
            '<ol class="channel-steps">{}</ol>',
            format_html_join("", "<li>{}</li>", ((_insert_url(text, url),) for text in texts)),
        )

    @admin.display(description=_("problem"))
    def shown_problem(self, connection: Connection) -> str:
        return connection.problem or self.get_empty_value_display()

    @admin.display(description=_("details"))
    def shown_details(self, connection: Connection) -> str | SafeString:
        details = get_connector(connection.kind).describe(connection, at=timezone.now())
        rows = ((one.label, one.value) for one in details)
        found = format_html_join("", "<p>{}: {}</p>", rows)
        return found or self.get_empty_value_display()

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        """Save settings and secrets. What comes in starts, or continues with the new secrets."""
        now = timezone.now()
        obj.settings = form.settings
        obj.enter_secrets(**form.secrets)
        if not change:
            obj.silent_until = now
        super().save_model(request, obj, form, change)
        if obj.is_paused:
            return
        if not change:
            begin_polling(obj, at=now)
        elif "is_paused" in form.changed_data or any(form.secrets.values()):
            resume(obj, at=now)

    def response_add(
        self, request: AdminRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on with the steps at the vendor."""
        text = gettext("%(name)s was saved. Follow the steps below, then test the connection.")
        messages.success(request, text % {"name": obj.name})
        page = reverse("admin:channels_intake_connection_change", args=[obj.pk])
        return HttpResponseRedirect(page)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """Protect a channel with conversations, which stay on their tickets; list no events."""
        rows = list(objs)
        used = [problem for row in rows if (problem := get_deletion_error(row))]
        return [str(row) for row in rows], {}, set(), used


def _insert_url(text: str, url: str) -> SafeString:
    """Return a step with the webhook's URL as code."""
    before, is_there, after = text.partition("%(hook_url)s")
    return format_html("{}<code>{}</code>{}" if is_there else "{}", before, url, after)


@admin.register(ChannelEvent)
class ChannelEventAdmin(RecordsAdmin):
    """Events of channels as they came, and why some were not processed."""

    list_display = ["received_at", "connection", "state", "shown_reason"]
    list_filter = ["state"]
    list_select_related = ["connection"]
    search_fields = ["event_id__exact"]
    search_help_text = _("Full event ID")
    ordering = ["-id"]
    viewing_is_audited = True
    payloads = ["raw"]
    fields = [
        "connection", "event_id", ("state", "shown_reason"),
        ("received_at", "attempts", "next_try_at"), "shown_body",
    ]  # fmt: skip
    readonly_fields = ["shown_reason", "shown_body"]
    change_form_outer_after_template = "admin/_channel_event_again.html"

    @admin.display(description=_("reason"))
    def shown_reason(self, event: ChannelEvent) -> str:
        reason = describe_reason(event.reason, event.reason_data)
        return reason or self.get_empty_value_display()

    @admin.display(description=_("body"))
    def shown_body(self, event: ChannelEvent) -> SafeString:
        text = bytes(event.raw)[:MAX_SHOWN_BYTES].decode("utf-8", "replace")
        return format_html("<pre>{}</pre>", text.replace("\x00", "\N{SYMBOL FOR NULL}"))
