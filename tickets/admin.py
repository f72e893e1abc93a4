"""Admin pages: priorities and form fields to edit; tickets and their messages, read-only."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Max, Model, QuerySet
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin
from accounts.admin.display import format_json, show_text
from accounts.admin.records import RecordsAdmin, RecordsInline
from accounts.admin.texts import Text, TranslatedAdmin, TranslatedForm
from accounts.match_reasons import describe_match_reason
from accounts.matching import normalize_email
from tickets.models import (
    Attachment,
    FormField,
    Message,
    Note,
    Participant,
    Priority,
    SweepFailure,
    Ticket,
    TicketEvent,
)
from tickets.reasons import describe_reason
from tickets.search.find import search_tickets
from tickets.selectors import MAX_SEARCH_LENGTH, get_priority_deletion_error
from tickets.services.priorities import rank_offered_first


class PriorityForm(TranslatedForm, DeskForm):
    """A priority. The default for email moves from one priority to another and is never unset.

    A new one is offered the last rank.
    """

    texts = (
        Text("name", ("name",), _("Name"), max_length=20),
        Text("definition", ("definition",), _("Definition"), is_long=True),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            last = Priority.objects.filter(desk=self.desk).aggregate(last=Max("rank"))["last"]
            self.initial.setdefault("rank", (last or 0) + 1)

    def get_own_language(self) -> str:
        return self.desk.language if self.desk else ""

    def get_fallback(self, text: Text, language: str) -> str:
        return str(getattr(self.instance, text.name))

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"is_mail_default"}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("is_retired") and found.get("is_mail_default"):
            self.add_error(
                "is_retired",
                gettext(
                    "The default for email can't be retired. Make another priority the default "
                    "first."
                ),
            )
        return found

    def clean_is_mail_default(self) -> bool:
        wanted: bool = self.cleaned_data["is_mail_default"]
        if self.initial.get("is_mail_default") and not wanted:
            raise ValidationError(
                gettext(
                    "Email needs a default priority. Make another priority the default instead."
                )
            )
        return wanted


class PriorityOrder(forms.BaseModelFormSet):
    """The ranks of the list. Any numbers make an order: they are saved as 1, 2, 3 and so on.

    A row that got the number of another one goes before it: 1 makes it the highest. Retired
    priorities come last.
    """

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rows = sorted(self.forms, key=self._get_place)
        for rank, row in enumerate(rows, start=1):
            row.instance.rank = row.cleaned_data["rank"] = rank
            cast(RankForm, row).new_rank = rank

    def _get_place(self, row: Any) -> tuple[bool, int, bool, int]:
        typed, before = row.cleaned_data["rank"], row.initial["rank"]
        return row.instance.is_retired, typed, typed == before, before


class RankForm(forms.ModelForm):
    """The rank of a row of the list. It has changed if its new place differs from the stored."""

    new_rank: int | None = None  # set by PriorityOrder

    def has_changed(self) -> bool:
        if self.new_rank is None:
            return super().has_changed()
        return bool(self.new_rank != self.initial["rank"])


@admin.register(Priority)
class PriorityAdmin(TranslatedAdmin, DeskModelAdmin):
    """Priorities, put in order by dragging the rows of the list or by typing their ranks."""

    form = PriorityForm
    list_display = ["name", "rank", "is_mail_default", "is_retired"]
    list_editable = ["rank"]
    ordering_field = "rank"
    list_before_template = "admin/_priority_order.html"
    fieldsets = [
        (
            None,
            {"fields": [("name", "rank"), "definition", ("is_mail_default", "is_retired")]},
        )
    ]
    text_rows = (("name",), ("definition",))

    def get_changelist_formset(self, request: AdminRequest, **kwargs: Any) -> Any:
        return forms.modelformset_factory(
            Priority, RankForm, formset=PriorityOrder, fields=["rank"], extra=0,
            widgets={"rank": UnfoldAdminIntegerFieldWidget},
        )  # fmt: skip

    def get_own_language(self, request: AdminRequest, obj: Any) -> str:
        return str(request.desk.language)

    def has_delete_permission(self, request: AdminRequest, obj: Model | None = None) -> bool:
        is_default = isinstance(obj, Priority) and obj.is_mail_default
        return super().has_delete_permission(request, obj) and not is_default

    def delete_view(self, request: AdminRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Ask for confirmation, or return to the priority with the reason if tickets have it."""
        priority = self.get_object(request, object_id)
        if priority is None or not self.has_delete_permission(request, priority):
            return super().delete_view(request, object_id, *args, **kwargs)
        if problem := get_priority_deletion_error(priority):
            messages.error(request, problem)
            page = reverse("admin:tickets_priority_change", args=[priority.pk])
            return HttpResponseRedirect(page)
        return super().delete_view(request, object_id, *args, **kwargs)

    def save_model(self, request: AdminRequest, obj: Priority, form: Any, change: bool) -> None:
        if obj.is_mail_default:
            marked = Priority.objects.filter(desk=request.desk, is_mail_default=True)
            marked.exclude(pk=obj.pk).update(is_mail_default=False)
        super().save_model(request, obj, form, change)
        if "is_retired" in form.changed_data:
            rank_offered_first(desk=request.desk)


class LinesField(forms.CharField):
    """A list of strings, one per line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class FormFieldForm(DeskForm):
    """A field of the request form."""

    choices = LinesField(
        label=_("Choices"),
        required=False,
        help_text=_("For a choice field: one choice per line."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("kind") == "select" and not found.get("choices"):
            self.add_error("choices", gettext("Enter at least one choice."))
        return found


@admin.register(FormField)
class FormFieldAdmin(DeskModelAdmin):
    form = FormFieldForm
    list_display = ["label", "key", "kind", "is_required", "position"]
    fields = [("label", "key"), ("kind", "position"), "choices", "help_text", "is_required"]


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
    ordering = ["-updated_at", "-id"]
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
        return format_json([describe_reason(reason) for reason in ticket.route_reasons])

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
            return queryset.filter(contact__email=address), False
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
