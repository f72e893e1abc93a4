"""Admin pages of the desk's CRM: the connection, its pulls, and skipped records (M38, M39)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskModelAdmin
from accounts.admin.crm_forms import CrmConnectionForm
from accounts.admin.records import RecordsAdmin
from accounts.crm.mapping import FIELDS
from accounts.crm.pull import reset_connection
from accounts.models import ConnectionState, CrmConnection, CrmPull, CrmSetAside

WRITTEN = [
    "accounts_url",
    "api_url",
    "client_id",
    "sealed_client_secret",
    "sealed_refresh_token",
    "mapping",
    "notify_url",
]
TOKEN = ["sealed_access_token", "access_token_until"]
CHANNEL = ["channel_id", "sealed_channel_token", "channel_until"]


@admin.register(CrmConnection)
class CrmConnectionAdmin(DeskModelAdmin):
    """The CRM connection. New addresses, secrets or mapping restart it with a full pull."""

    form = CrmConnectionForm
    list_display = ["__str__", "state", "since", "next_try_at"]
    fieldsets = [
        (None, {"fields": [("shown_state", "is_paused"), "shown_error", ("since", "next_try_at")]}),
        (
            _("Zoho CRM"),
            {
                "fields": [
                    ("accounts_url", "api_url"),
                    "client_id",
                    ("client_secret", "refresh_token"),
                ]
            },
        ),
        (_("Fields"), {"fields": ["shown_mapping", "mapping"]}),
        (_("Notifications"), {"fields": ["notify_url", "shown_channel_end"]}),
    ]
    readonly_fields = [
        "shown_state", "shown_error", "since", "next_try_at", "shown_mapping", "shown_channel_end",
    ]  # fmt: skip
    change_form_outer_after_template = "admin/_crm_pull.html"

    def get_form(
        self, request: AdminRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.hook_url = request.build_absolute_uri(reverse("crm_webhook"))
        return form

    @admin.display(description=_("state"))
    def shown_state(self, connection: CrmConnection) -> str:
        return (
            connection.get_state_display() if connection.pk else pgettext("CRM connection", "New")
        )

    @admin.display(description=_("error"))
    def shown_error(self, connection: CrmConnection) -> str:
        return connection.explanation or self.get_empty_value_display()

    @admin.display(description=_("notifications end"))
    def shown_channel_end(self, connection: CrmConnection) -> str:
        until = connection.channel_until
        if until is None:
            return self.get_empty_value_display()
        return date_format(timezone.localtime(until), "DATETIME_FORMAT")

    @admin.display(description=_("current mapping"))
    def shown_mapping(self, connection: CrmConnection) -> SafeString:
        return show_mapping(connection.mapping)

    def save_model(
        self, request: AdminRequest, obj: CrmConnection, form: Any, change: bool
    ) -> None:
        obj.desk = request.desk
        save_connection(obj, form, is_new=not change)

    def get_deleted_objects(self, objs: Any, request: AdminRequest) -> Any:
        """Do not list the pulls and skipped records that go with the connection; customers stay."""
        _, counts, _, protected = super().get_deleted_objects(objs, request)
        return [str(connection) for connection in objs], counts, set(), protected


def save_connection(connection: CrmConnection, form: CrmConnectionForm, *, is_new: bool) -> None:
    """Save the connection of a valid form.

    Only the form's own columns are written: a pull may be writing the others.
    """
    given = form.cleaned_data
    connection.enter_secrets(
        client_secret=given["client_secret"], refresh_token=given["refresh_token"]
    )
    columns = [*WRITTEN, *(TOKEN if form.needs_renewal else [])]
    if form.needs_renewal:
        connection.sealed_access_token, connection.access_token_until = "", None
    if "notify_url" in form.changed_data:  # drop the old channel; the next pull opens a new one
        connection.channel_id, connection.sealed_channel_token = "", ""
        connection.channel_until = None
        columns += CHANNEL
    connection.save(update_fields=None if is_new else columns)
    _settle_state(connection, form)


def _settle_state(connection: CrmConnection, form: CrmConnectionForm) -> None:
    if form.needs_renewal:
        reset_connection(connection, timezone.now())
    if form.cleaned_data["is_paused"]:
        connection.state = ConnectionState.PAUSED
    elif connection.state == ConnectionState.PAUSED:
        connection.state = ConnectionState.ACTIVE
    connection.save(update_fields=["state"])


def show_mapping(mapping: Mapping[str, Any]) -> SafeString:
    """Render a mapping as a table of Plumbline fields and their CRM sources."""
    rows = [
        (f"{module}: {field.replace('_', ' ')}", _words(mapping.get(module, {}).get(field)))
        for module, fields in FIELDS.items()
        for field in fields
    ]
    rows += [
        (f"{field}: “{word}”", gettext("maps to “%(value)s”") % {"value": meaning})
        for field, words in mapping.get("values", {}).items()
        for word, meaning in words.items()
    ]
    body = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', rows)
    return format_html('<table class="plain-table"><tbody>{}</tbody></table>', body)


def _words(source: Any) -> str:
    if not source:
        return gettext("not mapped")
    return get_text_list(source, gettext("and")) if isinstance(source, list) else str(source)


@admin.register(CrmPull)
class CrmPullAdmin(RecordsAdmin):
    list_display = [
        "started_at",
        "state",
        "finished_at",
        "created",
        "changed",
        "unchanged",
        "set_aside",
        "shown_error",
    ]
    list_filter = ["state"]
    fieldsets = [
        (None, {"fields": [("started_at", "finished_at"), ("state", "since"), "shown_error"]}),
        (_("Records"), {"fields": [("created", "changed"), ("unchanged", "set_aside"), "pages"]}),
        (_("Report"), {"fields": ["set_aside_link", "lines"]}),
    ]
    readonly_fields = ["shown_error", "set_aside_link", "lines"]

    @admin.display(description=_("error"))
    def shown_error(self, pull: CrmPull) -> str:
        return pull.explanation or self.get_empty_value_display()

    @admin.display(description=_("changes"))
    def lines(self, pull: CrmPull) -> str:
        """The first 500 changes of a pull."""
        rows = [
            (
                line.get("module", ""),
                line.get("name", ""),
                line.get("what", ""),
                line.get("fields", ""),
            )
            for line in pull.report
        ]
        if not rows:
            return gettext("Nothing changed.")
        labels = [gettext("Module"), gettext("Name"), gettext("Change"), gettext("Fields")]
        body = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
        head = format_html(
            "<thead><tr>{}</tr></thead>",
            format_html_join("", '<th scope="col">{}</th>', [(label,) for label in labels]),
        )
        return format_html('<table class="plain-table">{}<tbody>{}</tbody></table>', head, body)

    @admin.display(description=_("skipped records"))
    def set_aside_link(self, pull: CrmPull) -> str:
        address = reverse("admin:accounts_crmsetaside_changelist")
        link = '<a class="plain-link" href="{}?pull__id__exact={}">{}</a>'
        return format_html(link, address, pull.pk, gettext("View skipped records"))


@admin.register(CrmSetAside)
class CrmSetAsideAdmin(RecordsAdmin):
    """CRM records that conflict with existing data, with the reason, until a pull accepts them."""

    list_display = ["name", "module", "shown_reason", "first_at", "record_id"]
    list_filter = ["module", "may_heal"]
    search_fields = ["name__istartswith", "record_id__exact"]
    search_help_text = _("Start of the name, or the whole CRM ID")
    fields = ["name", ("module", "record_id"), "shown_reason", "may_heal", "pull", "first_at"]
    readonly_fields = ["shown_reason"]
    extra_lookups = ["pull__id__exact"]

    @admin.display(description=_("reason"))
    def shown_reason(self, skipped: CrmSetAside) -> str:
        return skipped.explanation or self.get_empty_value_display()
