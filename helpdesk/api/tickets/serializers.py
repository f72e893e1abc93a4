"""Tickets as the API reads and writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.customers.refusals import describe_refusal
from accounts.matching import normalize_email
from helpdesk.api.changes import make_change_field
from helpdesk.api.references import MAX_ID, PersonField, ReferenceField
from helpdesk.api.serializers import DeadlineField, Extras, StrictSerializer
from helpdesk.api.tickets.channels import ConversationOutput, describe_conversation
from helpdesk.api.tickets.message_serializers import MAX_SHOWN, MessageOutput, read_messages
from helpdesk.shared.wording.fixes import describe_fix
from sla.models import ClockKind
from tickets.models import DefectUpdate, State, Ticket
from tickets.services.tags import list_tags


class ContactInput(StrictSerializer):
    """A customer, by id or by email address."""

    id = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_ID, help_text=_("The id of a known contact.")
    )
    email = serializers.EmailField(
        required=False, help_text=_("The customer's email address, instead of the id.")
    )
    name = serializers.CharField(
        max_length=120,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("The customer's name. Used only if the desk doesn't know the address yet."),
    )

    def validate_email(self, email: str) -> str:
        if address := normalize_email(email):
            return address
        raise serializers.ValidationError(gettext("Enter a valid email address."))

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("id" in data) == ("email" in data):
            text = gettext("Pass either an id or an email address.")
            raise serializers.ValidationError({"email": [text]})
        return data


class TicketOutput(serializers.ModelSerializer[Ticket]):
    """A ticket without its messages."""

    kind = serializers.SerializerMethodField(help_text=_("Always “ticket”."))
    id = serializers.IntegerField(
        source="number", help_text=_("The id in URLs and references: the ticket's number.")
    )
    reference = serializers.CharField(help_text=_("The number with the desk's prefix."))
    status = serializers.ChoiceField(State.choices, help_text=_("The current status."))
    priority = ReferenceField("priority", help_text=_("The priority."))
    product = ReferenceField(
        "product", help_text=_("The product that the ticket is about, or null.")
    )
    department = ReferenceField(
        "department", help_text=_("The department that the ticket is routed to, or null.")
    )
    assignee = ReferenceField("agent", help_text=_("The agent who works on it now, or null."))
    owner = ReferenceField(
        "agent",
        help_text=_("Who gets the ticket back from the assignee; null unless it is handed over."),
    )
    contact = PersonField(help_text=_("The requester."))
    account = ReferenceField("account", help_text=_("The requester's account, or null."))
    response_due_at = serializers.SerializerMethodField(
        help_text=_("When the first response is due, or null without an SLA target."),
    )
    due_at = DeadlineField(help_text=_("The earliest deadline of a running clock, or null."))
    due_clock = serializers.CharField(
        source="due_kind", help_text=_("The kind of that clock; empty if none is running.")
    )
    not_covered = serializers.SerializerMethodField(
        help_text=_("Why the account's plan doesn't cover the ticket; empty if it does.")
    )
    changed_at = make_change_field(source="queue_row.changed_at")

    class Meta:
        model = Ticket
        fields: Sequence[str] = (
            "kind", "id", "number", "reference", "subject", "status", "channel", "priority",
            "product", "department", "level", "assignee", "owner", "contact", "account",
            "is_unverified", "fields", "created_at", "updated_at", "changed_at",
            "first_responded_at", "closed_at", "close_reason", "response_due_at", "due_at",
            "due_clock", "unanswered_since", "hold_until", "not_covered",
        )  # fmt: skip
        extra_kwargs: ClassVar[Extras] = {
            "number": {"help_text": _("The ticket's number at this desk.")},
            "subject": {"help_text": _("One line.")},
            "channel": {"help_text": _("The channel the ticket came in on.")},
            "level": {"help_text": _("The support level that works on it.")},
            "is_unverified": {"help_text": _("True if the sender is unverified.")},
            "fields": {"help_text": _("Values of the desk's custom form fields, by key.")},
            "updated_at": {"help_text": _("When the ticket last changed.")},
            "first_responded_at": {"help_text": _("When the first response was sent, or null.")},
            "closed_at": {"help_text": _("When the ticket was closed, or null.")},
            "unanswered_since": {
                "help_text": _(
                    "When the customer wrote the first message without a reply, or null."
                )
            },
            "hold_until": {"help_text": _("When the ticket's hold ends, or null.")},
            "close_reason": {"help_text": _("Why the ticket was closed; empty while it's open.")},
        }

    def get_kind(self, ticket: Ticket) -> str:
        return "ticket"

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_response_due_at(self, ticket: Ticket) -> str | None:
        is_due = ticket.due_kind == ClockKind.FIRST_RESPONSE  # of a ticket that was just opened
        due_at = ticket.due_at if is_due else ticket.queue_row.response_due_at
        return serializers.DateTimeField().to_representation(due_at) if due_at else None

    def get_not_covered(self, ticket: Ticket) -> str:
        return describe_refusal(ticket.uncovered)


class TicketReceipt(serializers.ModelSerializer[Ticket]):
    """A ticket that you opened but can't see, because it was routed to another department."""

    reference = serializers.CharField(help_text=_("The number with the desk's prefix."))

    class Meta:
        model = Ticket
        fields = ("number", "reference")
        extra_kwargs: ClassVar[Extras] = {
            "number": {"help_text": _("The ticket's number at this desk.")}
        }


class UpdateOutput(serializers.ModelSerializer[DefectUpdate]):
    """An update about a defect, as the customer got it."""

    class Meta:
        model = DefectUpdate
        fields = ("stage", "text", "at")
        extra_kwargs: ClassVar[Extras] = {
            "stage": {"help_text": _("The stage of the defect.")},
            "text": {"help_text": _("Plain text, in the customer's language.")},
            "at": {"help_text": _("When the customer was told.")},
        }


class TicketDetail(TicketOutput):
    """A ticket with what its customer can read: messages, and updates about defects."""

    conversation = serializers.SerializerMethodField(
        help_text=_("The conversation that the ticket came in through, or null.")
    )
    messages = serializers.SerializerMethodField(
        help_text=_("The newest 100 public messages, oldest first. “messages/” has all of them.")
    )
    has_earlier_messages = serializers.SerializerMethodField(
        help_text=_("True if there are earlier messages than those here.")
    )
    fix = serializers.SerializerMethodField(
        help_text=_("The status of the fix for a linked defect, as the customer was told; or “”.")
    )
    updates = serializers.SerializerMethodField(
        help_text=_("Updates about linked defects that the customer got, oldest first.")
    )
    tags = serializers.SerializerMethodField(help_text=_("Names of the ticket's tags."))
    product_line = ReferenceField(
        "product_line",
        help_text=_("The product line whose fix the customer waits for; null for the account's."),
    )

    class Meta(TicketOutput.Meta):
        fields: Sequence[str] = (
            *TicketOutput.Meta.fields, "language", "impact", "product_line", "tags",
            "conversation", "messages", "has_earlier_messages", "fix", "updates",
        )  # fmt: skip
        extra_kwargs: ClassVar[Extras] = {
            **TicketOutput.Meta.extra_kwargs,
            "language": {"help_text": _("The customer's language as a code, or empty.")},
            "impact": {"help_text": _("The impact on the customer's business, or empty.")},
        }

    @extend_schema_field(ConversationOutput(allow_null=True))
    def get_conversation(self, ticket: Ticket) -> Any:
        found = describe_conversation(ticket)
        return ConversationOutput(found).data if found else None

    def get_fix(self, ticket: Ticket) -> str:
        return describe_fix(ticket, today=localdate()).text

    def get_tags(self, ticket: Ticket) -> list[str]:
        return [tag.name for tag in list_tags(ticket)]

    @extend_schema_field(UpdateOutput(many=True))
    def get_updates(self, ticket: Ticket) -> Any:
        told = DefectUpdate.objects.filter(ticket=ticket).exclude(text="").order_by("pk")
        return UpdateOutput(told, many=True).data

    @extend_schema_field(MessageOutput(many=True))
    def get_messages(self, ticket: Ticket) -> Any:
        newest = read_messages(ticket).order_by("-created_at", "-pk")[: MAX_SHOWN + 1]
        found = list(newest)
        ticket.__dict__["_has_earlier"] = len(found) > MAX_SHOWN
        return MessageOutput(found[:MAX_SHOWN][::-1], many=True).data

    def get_has_earlier_messages(self, ticket: Ticket) -> bool:
        return bool(ticket.__dict__["_has_earlier"])  # by get_messages, which comes first
