"""Tickets, messages and notes as the API writes and reads them. Unknown fields of the input are refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.matching import normalize_email
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.models import Message, Note, Priority, State, Ticket
from tickets.services.conversation import AFTER_REPLY


class StrictSerializer(serializers.Serializer[Any]):
    """An input with the documented fields and no others."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {name: ["There is no such field."] for name in unknown}
            )
        return super().to_internal_value(data)


class ContactInput(StrictSerializer):
    email = serializers.EmailField()
    name = serializers.CharField(max_length=120, required=False, default="")

    def validate_email(self, email: str) -> str:
        if address := normalize_email(email):
            return address
        raise serializers.ValidationError("Enter a valid email address.")


class TicketInput(StrictSerializer):
    """A ticket that an agent or a program opens for a customer (M22)."""

    contact = ContactInput()
    subject = serializers.CharField(max_length=250)
    text = serializers.CharField(max_length=MAX_TEXT_LENGTH)
    priority = serializers.SlugRelatedField("name", queryset=Priority.objects.all(), required=False)


class ReplyInput(StrictSerializer):
    """A public answer, and the state that follows it ("" leaves the state as it is)."""

    text = serializers.CharField(max_length=MAX_TEXT_LENGTH)
    then = serializers.ChoiceField([*AFTER_REPLY, ""], default="waiting")
    last_seen_message = serializers.IntegerField(required=False, min_value=1)


class NoteInput(StrictSerializer):
    text = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class TicketOutput(serializers.ModelSerializer[Ticket]):
    reference = serializers.CharField()
    status = serializers.ChoiceField(State.choices)
    priority = serializers.CharField(source="priority.name")
    department = serializers.CharField(source="department.name", allow_null=True, default=None)
    assignee = serializers.CharField(source="assignee.name", allow_null=True, default=None)
    contact = serializers.EmailField(source="contact.email")
    account = serializers.CharField(source="account.name", allow_null=True, default=None)
    response_due_at = serializers.DateTimeField(
        source="clock.due_at", allow_null=True, default=None
    )

    class Meta:
        model = Ticket
        fields: Sequence[str] = (
            *(
                "number",
                "reference",
                "subject",
                "status",
                "channel",
                "priority",
                "department",
                "level",
            ),
            *(
                "assignee",
                "contact",
                "account",
                "is_unverified",
                "fields",
                "created_at",
                "updated_at",
            ),
            *("first_responded_at", "closed_at", "close_reason", "response_due_at"),
        )


class TicketReceipt(serializers.ModelSerializer[Ticket]):
    """All that is told of a ticket to whoever opened it and may not see it."""

    reference = serializers.CharField()

    class Meta:
        model = Ticket
        fields = ("number", "reference")


class MessageOutput(serializers.ModelSerializer[Message]):
    author = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ("id", "author", "channel", "body_text", "is_automatic", "created_at")

    def get_author(self, message: Message) -> str:
        return str(message.contact or message.agent)


class TicketDetail(TicketOutput):
    messages = serializers.SerializerMethodField()

    class Meta(TicketOutput.Meta):
        fields: Sequence[str] = (*TicketOutput.Meta.fields, "messages")

    @extend_schema_field(MessageOutput(many=True))
    def get_messages(self, ticket: Ticket) -> Any:
        said = ticket.messages.select_related("contact", "agent").defer("search")
        return MessageOutput(said, many=True).data


class NoteOutput(serializers.ModelSerializer[Note]):
    author = serializers.CharField(source="agent.name")

    class Meta:
        model = Note
        fields = ("id", "author", "body_text", "created_at")
