"""Tickets, messages and notes as the API reads and writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.customers.refusals import describe_refusal
from accounts.matching import normalize_email
from accounts.models import Product
from helpdesk.api.serializers import DeadlineField, Extras, NameField, StrictSerializer
from helpdesk.api.tickets.channels import (
    ConversationOutput,
    DeliveryOutput,
    describe_conversation,
    list_deliveries,
)
from helpdesk.shared.entries import get_author_name
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from helpdesk.shared.wording.fixes import describe_fix
from sla.models import ClockKind
from tickets.models import DefectUpdate, Message, Note, Priority, State, Ticket
from tickets.services.conversation import AFTER_REPLY


class ContactInput(StrictSerializer):
    email = serializers.EmailField(help_text=_("The customer's email address."))
    name = serializers.CharField(
        max_length=120,
        required=False,
        default="",
        help_text=_("The customer's name. Used only if the desk doesn't know the address yet."),
    )

    def validate_email(self, email: str) -> str:
        if address := normalize_email(email):
            return address
        raise serializers.ValidationError(gettext("Enter a valid email address."))


class TicketInput(StrictSerializer):
    """A ticket that an agent or a program opens for a customer (M22)."""

    contact = ContactInput(help_text=_("The customer to open the ticket for."))
    subject = serializers.CharField(max_length=250, help_text=_("One line."))
    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH, help_text=_("The first message, as plain text.")
    )
    priority = NameField(
        "name",
        queryset=Priority.objects.filter(is_retired=False),
        required=False,
        help_text=_("The name of one of the desk's priorities. If empty, the desk's default."),
    )
    product = NameField(
        "name",
        queryset=Product.objects.all(),
        required=False,
        help_text=_("The name of one of the desk's products."),
    )


class ReplyInput(StrictSerializer):
    """A public reply."""

    text = serializers.CharField(max_length=MAX_TEXT_LENGTH, help_text=_("Plain text."))
    then = serializers.ChoiceField(
        [*AFTER_REPLY, ""],
        default="waiting",
        help_text=_("The ticket's status after the reply. An empty text keeps the current one."),
    )
    next_update_at = serializers.DateTimeField(
        required=False,
        help_text=_("Promises the customer another update by this time."),
    )
    last_seen_message = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text=_(
            "The id of the newest message you have read. If the customer wrote since, the reply is "
            "refused with 409."
        ),
    )
    via = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=60,
        help_text=_(
            "How to send the reply: “channel”, “email”, or one of the ticket's “ways”. "
            "If empty, the first of them. A reply that exceeds the limits there is "
            "refused with 400."
        ),
    )


class TicketOutput(serializers.ModelSerializer[Ticket]):
    """A ticket without its messages."""

    reference = serializers.CharField(help_text=_("The number with the desk's prefix."))
    status = serializers.ChoiceField(State.choices, help_text=_("The current status."))
    priority = serializers.CharField(source="priority.name", help_text=_("The priority's name."))
    product = serializers.CharField(
        source="product.name",
        allow_null=True,
        default=None,
        help_text=_("The product that the ticket is about, or null."),
    )
    department = serializers.CharField(
        source="department.name",
        allow_null=True,
        default=None,
        help_text=_("The department that the ticket is routed to."),
    )
    assignee = serializers.CharField(
        source="assignee.name",
        allow_null=True,
        default=None,
        help_text=_("The name of the agent who works on it now, or null."),
    )
    owner = serializers.CharField(
        source="owner.name",
        allow_null=True,
        default=None,
        help_text=_("Who gets the ticket back from the assignee; null unless it is handed over."),
    )
    contact = serializers.EmailField(
        source="contact.email",
        allow_blank=True,
        help_text=_("The requester's email address. Empty for a person without one."),
    )
    account = serializers.CharField(
        source="account.name",
        allow_null=True,
        default=None,
        help_text=_("The requester's account, or null."),
    )
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

    class Meta:
        model = Ticket
        fields: Sequence[str] = (
            "number", "reference", "subject", "status", "channel", "priority", "product",
            "department", "level", "assignee", "owner", "contact", "account", "is_unverified",
            "fields", "created_at", "updated_at", "first_responded_at", "closed_at",
            "close_reason", "response_due_at", "due_at", "due_clock", "unanswered_since",
            "hold_until", "not_covered",
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


class MessageOutput(serializers.ModelSerializer[Message]):
    """A public message."""

    author = serializers.SerializerMethodField(help_text=_("The name of the customer or agent."))
    address = serializers.SerializerMethodField(
        help_text=_("The address that the customer's email came from. Empty for agents.")
    )
    kind = serializers.SerializerMethodField(help_text=_("The kind of author."))
    remarks = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text=_("Notes for agents about the original email, one sentence each."),
    )
    deliveries = serializers.SerializerMethodField(
        help_text=_("The delivery state of a sent message, by channel and person.")
    )

    class Meta:
        model = Message
        fields = (
            "id",
            "author",
            "address",
            "kind",
            "channel",
            "body_text",
            "is_automatic",
            "remarks",
            "deliveries",
            "created_at",
        )
        extra_kwargs: ClassVar[Extras] = {
            "channel": {"help_text": _("The channel the message came in or went out on.")},
            "body_text": {"help_text": _("Plain text.")},
            "is_automatic": {"help_text": _("True if a machine wrote it.")},
        }

    def get_author(self, message: Message) -> str:
        return get_author_name(message)

    @extend_schema_field(DeliveryOutput(many=True))
    def get_deliveries(self, message: Message) -> Any:
        return DeliveryOutput(list_deliveries(message), many=True).data

    def get_address(self, message: Message) -> str:
        return message.contact.email if message.contact else ""

    def get_kind(self, message: Message) -> Literal["automatic", "customer", "agent"]:
        if message.is_automatic:
            return "automatic"
        return "customer" if message.is_from_customer else "agent"


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
    messages = serializers.SerializerMethodField(help_text=_("Public messages, oldest first."))
    fix = serializers.SerializerMethodField(
        help_text=_("The status of the fix for a linked defect, as the customer was told; or “”.")
    )
    updates = serializers.SerializerMethodField(
        help_text=_("Updates about linked defects that the customer got, oldest first.")
    )

    class Meta(TicketOutput.Meta):
        fields: Sequence[str] = (
            *TicketOutput.Meta.fields, "conversation", "messages", "fix", "updates",
        )  # fmt: skip

    @extend_schema_field(ConversationOutput(allow_null=True))
    def get_conversation(self, ticket: Ticket) -> Any:
        found = describe_conversation(ticket)
        return ConversationOutput(found).data if found else None

    def get_fix(self, ticket: Ticket) -> str:
        return describe_fix(ticket, today=localdate()).text

    @extend_schema_field(UpdateOutput(many=True))
    def get_updates(self, ticket: Ticket) -> Any:
        told = DefectUpdate.objects.filter(ticket=ticket).exclude(text="").order_by("pk")
        return UpdateOutput(told, many=True).data

    @extend_schema_field(MessageOutput(many=True))
    def get_messages(self, ticket: Ticket) -> Any:
        messages = ticket.messages.select_related("contact", "agent").prefetch_related(
            "outgoing", "parts__connection", "parts__conversation__handle"
        )
        return MessageOutput(messages, many=True).data


class NoteOutput(serializers.ModelSerializer[Note]):
    """An internal note."""

    author = serializers.CharField(source="agent.name", help_text=_("The name of the agent."))

    class Meta:
        model = Note
        fields = ("id", "author", "body_text", "created_at")
        extra_kwargs: ClassVar[Extras] = {"body_text": {"help_text": _("Plain text.")}}
