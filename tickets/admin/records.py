"""Tickets, their messages and events, and failed rows of periodic jobs: read-only."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest
from accounts.admin.display import format_json, show_text
from accounts.admin.records import RecordsAdmin, RecordsInline
from accounts.match_reasons import describe_match_reason
from accounts.matching import normalize_email
from accounts.models import Contact
from tickets.models import (
    Attachment,
    Message,
    Note,
    Participant,
    SweepFailure,
    Ticket,
    TicketEvent,
)
from tickets.search.find import search_tickets
from tickets.selectors import MAX_SEARCH_LENGTH
from tickets.sentences.reasons import describe_reason


class ParticipantInline(RecordsInline):
    model = Participant
    fields = ["contact", "added_at"]
    readonly_fields = fields


@admin.register(Ticket)
class TicketAdmin(RecordsAdmin):
    list_display = [
        "shown_reference",
        "subject",
        "state",
        "priority",
        "department",
        "assignee",
        "updated_at",
    ]
    list_display_links = ["shown_reference", "subject"]
    list_filter = ["status", "channel"]
    list_select_related = ["desk", "priority", "department", "assignee"]
    search_fields = ["number__exact"]
    search_help_text = _(
        "A ticket number, a customer's whole email address, or words from the ticket"
    )
    ordering = ["-number"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "subject",
                    ("state", "channel"),
                    ("priority", "level"),
                    "contact",
                    "account",
                ]
            },
        ),
        (_("Assignment"), {"fields": [("department", "assignee"), "reasons"]}),
        (
            _("Dates"),
            {
                "fields": [
                    ("created_at", "updated_at"),
                    ("first_responded_at", "waiting_since"),
                    ("remind_at", "close_at"),
                    ("closed_at", "close_reason"),
                    "reopen_until",
                ]
            },
        ),
        (_("More"), {"fields": ["is_unverified", "matched", "answers", "follow_up_of"]}),
    ]
    readonly_fields = ["state", "reasons", "matched", "answers"]
    inlines = [ParticipantInline]

    @admin.display(description=_("reference"), ordering="number")
    def shown_reference(self, ticket: Ticket) -> str:
        return ticket.reference

    @admin.display(description=_("status"))
    def state(self, ticket: Ticket) -> str:
        return ticket.desk.word_for(ticket.word_key)

    @admin.display(description=_("why this assignment"))
    def reasons(self, ticket: Ticket) -> str:
        return format_json(
            [describe_reason(reason, ticket.desk) for reason in ticket.route_reasons]
        )

    @admin.display(description=_("why this account"))
    def matched(self, ticket: Ticket) -> str:
        return format_json([describe_match_reason(reason) for reason in ticket.match_reasons])

    @admin.display(description=_("form answers"))
    def answers(self, ticket: Ticket) -> str:
        return format_json(ticket.fields)

    def view_on_site(self, ticket: Ticket) -> str:
        """Return the URL of the ticket's page for agents."""
        return reverse("agent:ticket", args=[ticket.number])

    def get_search_results(
        self, request: AdminRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        if not search_term.strip():
            return queryset, False
        if address := normalize_email(search_term):
            contacts = Contact.objects.filter(desk=request.desk).with_any_email(address)
            return queryset.filter(contact__in=contacts.values("pk")), False
        found = search_tickets(desk=request.desk, words=search_term[:MAX_SEARCH_LENGTH])
        return queryset.filter(pk__in=found), False


class AttachmentInline(RecordsInline):
    """Attachments. A file opens on the ticket's page, which checks permissions."""

    model = Attachment
    fields = ["name", "content_type", "size", "sha256"]
    readonly_fields = fields


class EntriesAdmin(RecordsAdmin):
    """Messages and notes, found by ticket number."""

    list_select_related = ["ticket__desk", "agent"]
    search_fields = ["ticket__number__exact"]
    search_help_text = _("A ticket number")
    ordering = ["-id"]
    inlines = [AttachmentInline]

    @admin.display(description=_("text"))
    def excerpt(self, entry: Message | Note) -> str:
        return entry.body_text[:90]


@admin.register(Message)
class MessageAdmin(EntriesAdmin):
    list_display = ["created_at", "ticket", "contact", "agent", "channel", "excerpt"]
    list_filter = ["channel", "is_automatic"]
    list_select_related = ["ticket__desk", "agent", "contact"]
    fields = [
        "ticket",
        "created_at",
        "channel",
        "contact",
        "agent",
        "is_automatic",
        show_text("body_text", _("text")),
        "shown_remarks",
    ]
    readonly_fields = ["shown_remarks"]

    @admin.display(description=_("remarks"))
    def shown_remarks(self, message: Message) -> str:
        return " ".join(message.remarks)


@admin.register(Note)
class NoteAdmin(EntriesAdmin):
    list_display = ["created_at", "ticket", "agent", "excerpt"]
    fields = ["ticket", "created_at", "agent", show_text("body_text", _("text"))]


@admin.register(TicketEvent)
class TicketEventAdmin(RecordsAdmin):
    list_display = ["at", "ticket", "kind", "actor_kind", "actor_name", "channel"]
    list_select_related = ["ticket__desk"]
    search_fields = ["ticket__number__exact"]
    search_help_text = _("A ticket number")
    ordering = ["-id"]


@admin.register(SweepFailure)
class SweepFailureAdmin(RecordsAdmin):
    list_display = ["failed_at", "sweep", "row_id", "attempts", "next_try_at", "last_error"]
    list_filter = ["sweep"]
