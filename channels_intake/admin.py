"""Pages of the admin site: mailboxes to set; what came in and what went out to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from accounts.admin.base import (
    AdminRequest,
    DeskForm,
    DeskModelAdmin,
    is_desk_admin,
    is_installation_admin,
)
from accounts.admin.display import show_text
from accounts.admin.records import RecordsAdmin
from channels_intake.mailboxes import list_release_mailboxes
from channels_intake.mime.masking import mask_tokens
from channels_intake.models import HELD_STATES, InboundMessage, Mailbox, OutgoingEmail

SHOWN_BYTES = 200_000


class MailboxForm(DeskForm):
    """One mailbox of a desk is the default."""

    class Meta:
        model = Mailbox
        fields = ("address", "name", "is_active", "is_default", "unverified_mail")

    def clean_is_default(self) -> bool:
        is_default: bool = self.cleaned_data["is_default"]
        others = Mailbox.objects.filter(desk=self.desk, is_default=True).exclude(
            pk=self.instance.pk
        )
        if is_default and (other := others.first()):
            raise ValidationError(f"{other.address} is the default. Take its mark away first.")
        return is_default


@admin.register(Mailbox)
class MailboxAdmin(DeskModelAdmin):
    """An address stays as it was written down, since the proof is of that address; helpdesk/admin/mailbox_verification.py has
    the page that proves it, and a new mailbox leads there."""

    form = MailboxForm
    list_display = ["address", "name", "is_proven", "is_active", "is_default", "unverified_mail"]
    fields = [("address", "name"), ("is_active", "is_default"), "unverified_mail"]
    change_form_outer_after_template = "admin/_mailbox_proof.html"

    @admin.display(boolean=True, description="proven", ordering="verified_at")
    def is_proven(self, mailbox: Mailbox) -> bool:
        return mailbox.verified_at is not None

    def get_readonly_fields(self, request: AdminRequest, obj: Model | None = None) -> list[str]:
        return ["address"] if obj is not None else []

    def response_add(
        self, request: AdminRequest, obj: Mailbox, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:mailbox_proof", args=[obj.pk]))


class HeldFilter(admin.SimpleListFilter):
    """What waits for a decision, and what was put out of the way."""

    title = "held"
    parameter_name = "held"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Waiting for a decision"), ("discarded", "Discarded")]

    def queryset(
        self, request: Any, queryset: QuerySet[InboundMessage]
    ) -> QuerySet[InboundMessage] | None:
        if not self.value():
            return None
        is_discarded = self.value() == "discarded"
        return queryset.filter(state__in=HELD_STATES, discarded_at__isnull=not is_discarded)


@admin.register(InboundMessage)
class InboundMessageAdmin(RecordsAdmin):
    """What came in, raw. Outside of all desks: what no desk knows, for the installation's admin.

    What is done about a held one has a form of its own below it (helpdesk/admin/held_mail.py).
    """

    change_form_outer_after_template = "admin/_held_mail.html"
    list_display = ["received_at", "sender", "subject", "state", "why", "mailbox"]
    list_display_links = ["received_at", "subject"]
    list_filter = [HeldFilter, "state", "provider", "authentication"]
    list_select_related = ["mailbox"]
    search_fields = ["sender__exact", "rfc_message_id__exact"]
    search_help_text = "A sender's whole address, or a Message-ID"
    ordering = ["-id"]
    exclude = ["raw", "envelope_recipient", "reason", "reason_data"]
    readonly_fields = ["explanation", "sent_to", "raw_text"]
    viewing_is_audited = True

    def get_queryset(self, request: AdminRequest) -> QuerySet[InboundMessage]:
        if request.desk is None:
            rows = InboundMessage.objects.filter(desk__isnull=True)
        else:
            rows = super().get_queryset(request)
        is_list = request.resolver_match is None or "object_id" not in request.resolver_match.kwargs
        return rows.defer("raw") if is_list else rows

    @admin.display(description="envelope recipient")
    def sent_to(self, inbound: InboundMessage) -> str:
        return mask_tokens(inbound.envelope_recipient)

    def change_view(
        self,
        request: AdminRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """With the mailboxes of all desks, to choose from for a mail of none."""
        mailboxes = list_release_mailboxes() if request.desk is None else []
        more = {"mailboxes": mailboxes, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, more)

    @admin.display(description="why")
    def why(self, inbound: InboundMessage) -> str:
        return Truncator(inbound.explanation).chars(90)

    @admin.display(description="as it came in")
    def raw_text(self, inbound: InboundMessage) -> str:
        raw = bytes(inbound.raw)
        cut = f"\n… {len(raw) - SHOWN_BYTES} bytes more" if len(raw) > SHOWN_BYTES else ""
        text = mask_tokens(raw[:SHOWN_BYTES].decode("utf-8", "replace")).replace(
            "\x00", "\N{SYMBOL FOR NULL}"
        )
        return format_html("<pre>{}{}</pre>", text, cut)

    def has_module_permission(self, request: AdminRequest) -> bool:
        return is_desk_admin(request) or is_installation_admin(request)

    def has_view_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(RecordsAdmin):
    list_display = ["created_at", "kind", "to_address", "subject", "state", "attempts"]
    list_display_links = ["created_at", "subject"]
    list_filter = ["state", "kind"]
    search_fields = ["to_address__exact", "rfc_message_id__exact"]
    search_help_text = "A recipient's whole address, or a Message-ID"
    ordering = ["-id"]
    readonly_fields = ["answers_to"]
    viewing_is_audited = True
    fields = [
        "ticket", "kind", "state", "from_address", "answers_to", "to_address", "subject", show_text("body_text"),
        "rfc_message_id", "in_reply_to", "references", "created_at", "sent_at", "attempts", "next_try_at",
        "last_error", "provider_id",
    ]  # fmt: skip

    @admin.display(description="reply to")
    def answers_to(self, mail: OutgoingEmail) -> str:
        return mask_tokens(mail.reply_to)
