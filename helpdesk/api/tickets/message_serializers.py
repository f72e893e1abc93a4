"""Messages and notes as the API reads and writes them."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from helpdesk.api.pagination import MAX_ID
from helpdesk.api.references import (
    OutsideReference,
    PersonReference,
    Reference,
    ReferenceField,
    refer,
    refer_by_name,
    refer_to_person,
)
from helpdesk.api.serializers import Extras
from helpdesk.api.tickets.channels import DeliveryOutput, list_deliveries
from helpdesk.api.tickets.file_serializers import AttachmentOutput, TextOrFiles, UploadIds
from helpdesk.shared.entries import get_author_name
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.models import Message, Note, NoteReaction, PinnedNote, Ticket
from tickets.services.replying import AFTER_REPLY

MAX_SHOWN = 100  # messages of a ticket that its own page has


class ReplyInput(TextOrFiles):
    """A public reply."""

    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("Markdown. It may be empty if there are uploads."),
    )
    uploads = UploadIds()
    send_at = serializers.DateTimeField(
        required=False,
        help_text=_(
            "Schedules the reply for this time (202). If it's left out, it's sent at once."
        ),
    )
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
        max_value=MAX_ID,
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


AUTHOR = PolymorphicProxySerializer(
    component_name="Author",
    serializers=[Reference, PersonReference, OutsideReference],
    resource_type_field_name=None,
)


class MessageOutput(serializers.ModelSerializer[Message]):
    """A public message."""

    author = serializers.SerializerMethodField(
        help_text=_(
            "The customer or agent. If your company wrote it outside of Plumbline, such as in a "
            "channel's own inbox, the kind is “system”, and the id is null."
        )
    )
    address = serializers.SerializerMethodField(
        help_text=_("The address that the customer's email came from. Empty for agents.")
    )
    kind = serializers.SerializerMethodField(help_text=_("The kind of author."))
    remarks = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text=_("Notes for agents about the original email, one sentence each."),
    )
    attachments = AttachmentOutput(many=True, help_text=_("The files."))
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
            "body_html",
            "quoted_text",
            "is_automatic",
            "remarks",
            "attachments",
            "deliveries",
            "created_at",
        )
        extra_kwargs: ClassVar[Extras] = {
            "channel": {"help_text": _("The channel the message came in or went out on.")},
            "body_text": {"help_text": _("Plain text.")},
            "body_html": {"help_text": _("Sanitized HTML, or empty for a plain text message.")},
            "quoted_text": {"help_text": _("Earlier messages that the sender quoted.")},
            "is_automatic": {"help_text": _("True if a machine wrote it.")},
        }

    @extend_schema_field(AUTHOR)
    def get_author(self, message: Message) -> Any:
        if message.contact is not None:
            return refer_to_person(message.contact)
        if message.agent is not None:
            return refer("agent", message.agent)
        return refer_by_name(get_author_name(message))

    @extend_schema_field(DeliveryOutput(many=True))
    def get_deliveries(self, message: Message) -> Any:
        return DeliveryOutput(list_deliveries(message), many=True).data

    def get_address(self, message: Message) -> str:
        return message.contact.email if message.contact else ""

    def get_kind(self, message: Message) -> Literal["automatic", "customer", "agent"]:
        if message.is_automatic:
            return "automatic"
        return "customer" if message.is_from_customer else "agent"


def read_messages(ticket: Ticket) -> QuerySet[Message]:
    """Return the public messages of a ticket with all that MessageOutput reads."""
    return ticket.messages.select_related("contact", "agent").prefetch_related(
        "attachments", "outgoing", "parts__connection", "parts__conversation__handle"
    )


class TicketNoteInput(TextOrFiles):
    """An internal note with files."""

    text = serializers.CharField(
        max_length=MAX_TEXT_LENGTH,
        required=False,
        default="",
        allow_blank=True,
        help_text=_("Markdown. “@” and a name mention an agent or a department."),
    )
    uploads = UploadIds()


class ReactionOutput(serializers.ModelSerializer[NoteReaction]):
    """A reaction to a note."""

    agent = ReferenceField("agent", help_text=_("Who reacted."))

    class Meta:
        model = NoteReaction
        fields = ("agent", "kind", "created_at")
        extra_kwargs: ClassVar[Extras] = {"kind": {"help_text": _("The reaction.")}}


class NoteOutput(serializers.ModelSerializer[Note]):
    """An internal note."""

    author = ReferenceField("agent", source="agent", help_text=_("The agent."))
    attachments = AttachmentOutput(many=True, help_text=_("The files."))
    mentions = serializers.SerializerMethodField(help_text=_("The agents whom it mentions."))
    reactions = ReactionOutput(many=True, help_text=_("Reactions of agents, oldest first."))
    is_pinned = serializers.SerializerMethodField(
        help_text=_("True if it's pinned to the top of the ticket.")
    )

    class Meta:
        model = Note
        fields = (
            "id", "author", "body_text", "attachments", "mentions", "reactions", "is_pinned",
            "created_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[Extras] = {"body_text": {"help_text": _("Markdown.")}}

    @extend_schema_field(Reference(many=True))
    def get_mentions(self, note: Note) -> Any:
        return [refer("agent", mention.agent) for mention in note.mentions.all()]

    def get_is_pinned(self, note: Note) -> bool:
        pinned: PinnedNote | None = getattr(note.ticket, "pinned_note", None)
        return pinned is not None and pinned.note_id == note.pk


def read_notes(ticket: Ticket) -> QuerySet[Note]:
    """Return the notes of a ticket with all that NoteOutput reads."""
    return ticket.notes.select_related("agent", "ticket__pinned_note").prefetch_related(
        "attachments", "mentions__agent", "reactions__agent"
    )
