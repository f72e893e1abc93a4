"""Admin pages: mailboxes to edit; inbound messages and outgoing emails, read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest, is_desk_admin, is_installation_admin
from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.admin.display import show_text
from accounts.admin.records import RecordsAdmin
from channels_intake.incoming.sources import describe_deleted_source
from channels_intake.mailboxes import get_default_error, list_release_mailboxes
from channels_intake.mime.masking import mask_tokens
from channels_intake.models import HELD_STATES, InboundMessage, Mailbox, OutgoingEmail
from channels_intake.outgoing.errors import describe_failure

MAX_SHOWN_BYTES = 200_000


class MailboxForm(DeskForm):
    """A mailbox. One mailbox of a desk is the default."""

    class Meta:
        model = Mailbox
        fields = ("address", "name", "is_active", "is_default", "unverified_mail", "signature")

    def clean_is_default(self) -> bool:
        is_default: bool = self.cleaned_data["is_default"]
        wanted = Mailbox(pk=self.instance.pk, desk=self.desk, is_default=is_default)
        if problem := get_default_error(wanted):
            raise ValidationError(problem)
        return is_default


@admin.register(Mailbox)
class MailboxAdmin(DeskModelAdmin):
    """Mailboxes. The address cannot change later, because it is what was verified.

    A new mailbox leads to its verification (helpdesk/admin/mailbox_verification.py).
    """

    form = MailboxForm
    list_display = ["address", "name", "is_verified", "is_active", "is_default", "unverified_mail"]
    fields = [
        *(("address", "name"), ("is_active", "is_default"), "unverified_mail", "signature"),
    ]
    change_form_outer_after_template = "admin/_mailbox_verification.html"

    @admin.display(boolean=True, description=_("verified"), ordering="verified_at")
    def is_verified(self, mailbox: Mailbox) -> bool:
        return mailbox.verified_at is not None

    def get_readonly_fields(self, request: AdminRequest, obj: Model | None = None) -> list[str]:
        return ["address"] if obj is not None else []

    def response_add(
        self, request: AdminRequest, obj: Mailbox, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:mailbox_verification", args=[obj.pk]))


class QuarantineFilter(admin.SimpleListFilter):
    """Quarantined emails: waiting for review, or discarded."""

    title = _("quarantine")
    parameter_name = "held"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", gettext("Waiting for review")), ("discarded", gettext("Discarded"))]

    def queryset(
        self, request: Any, queryset: QuerySet[InboundMessage]
    ) -> QuerySet[InboundMessage] | None:
        if not self.value():
            return None
        is_discarded = self.value() == "discarded"
        return queryset.filter(state__in=HELD_STATES, discarded_at__isnull=not is_discarded)


@admin.register(InboundMessage)
class InboundMessageAdmin(RecordsAdmin):
    """Inbound messages with their raw content. Outside of all desks: stray mail.

    Quarantined emails have a form of their own on this page (helpdesk/admin/quarantine.py).
    """

    change_form_outer_after_template = "admin/_quarantine.html"
    list_display = ["received_at", "sender", "subject", "state", "why", "mailbox"]
    list_display_links = ["received_at", "subject"]
    indexed_filters = {"held": "yes"}
    list_filter = [QuarantineFilter, "state", "provider", "authentication"]
    list_select_related = ["mailbox"]
    search_fields = ["sender__exact", "rfc_message_id__exact"]
    search_help_text = _("A sender's whole email address, or a Message-ID")
    ordering = ["-id"]
    exclude = ["raw", "raw_deleted_at", "envelope_recipient", "reason", "reason_data"]
    readonly_fields = ["shown_reason", "sent_to", "raw_text"]
    viewing_is_audited = True

    def get_queryset(self, request: AdminRequest) -> QuerySet[InboundMessage]:
        if request.desk is None:
            rows = InboundMessage.objects.filter(desk__isnull=True)
        else:
            rows = super().get_queryset(request)
        is_list = request.resolver_match is None or "object_id" not in request.resolver_match.kwargs
        return rows.defer("raw") if is_list else rows

    @admin.display(description=_("envelope recipient"))
    def sent_to(self, inbound: InboundMessage) -> str:
        return mask_tokens(inbound.envelope_recipient)

    def change_view(
        self,
        request: AdminRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Offer the mailboxes of all desks for stray mail."""
        mailboxes = list_release_mailboxes() if request.desk is None else []
        more = {"mailboxes": mailboxes, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, more)

    @admin.display(description=_("reason"))
    def shown_reason(self, inbound: InboundMessage) -> str:
        return inbound.explanation or self.get_empty_value_display()

    @admin.display(description=_("reason"))
    def why(self, inbound: InboundMessage) -> str:
        return Truncator(inbound.explanation).chars(90)

    @admin.display(description=_("raw message"))
    def raw_text(self, inbound: InboundMessage) -> str:
        if deleted := describe_deleted_source(inbound):
            return deleted
        raw = bytes(inbound.raw)
        hidden = max(0, len(raw) - MAX_SHOWN_BYTES)
        more = ngettext("… %(count)s more byte", "… %(count)s more bytes", hidden)
        cut = "\n" + more % {"count": hidden} if hidden else ""
        text = mask_tokens(raw[:MAX_SHOWN_BYTES].decode("utf-8", "replace")).replace(
            "\x00", "\N{SYMBOL FOR NULL}"
        )
        return format_html("<pre>{}{}</pre>", text, cut)

    def has_module_permission(self, request: AdminRequest) -> bool:
        return is_desk_admin(request) or is_installation_admin(request)

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(RecordsAdmin):
    """Outgoing emails and their delivery state."""

    list_display = ["created_at", "kind", "to_address", "subject", "state", "attempts"]
    list_display_links = ["created_at", "subject"]
    list_filter = ["state", "kind"]
    search_fields = ["to_address__exact", "rfc_message_id__exact"]
    search_help_text = _("A recipient's whole email address, or a Message-ID")
    ordering = ["-id"]
    readonly_fields = ["reply_address", "failure"]
    viewing_is_audited = True
    fields = [
        "ticket",
        "kind",
        "state",
        "from_address",
        "reply_address",
        "to_address",
        "subject",
        show_text("body_text", _("text")),
        "rfc_message_id",
        "in_reply_to",
        "references",
        "created_at",
        "sent_at",
        "attempts",
        "next_try_at",
        "failure",
        "provider_id",
    ]

    @admin.display(description=_("last error"))
    def failure(self, mail: OutgoingEmail) -> str:
        return describe_failure(mail.last_error)

    @admin.display(description=_("reply to"))
    def reply_address(self, mail: OutgoingEmail) -> str:
        return mask_tokens(mail.reply_to)
