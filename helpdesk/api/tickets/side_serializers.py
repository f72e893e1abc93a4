"""Side conversations as the API reads and writes them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.pagination import MAX_ID
from helpdesk.api.references import OutsideReference, ReferenceField, refer
from helpdesk.api.serializers import Extras, StrictSerializer
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.models import SideConversation, SideMessage, SideParticipant
from tickets.side_conversations.people import MAX_PARTICIPANTS
from tickets.side_conversations.writing import MAX_SUBJECT_CHARS


class PeopleInput(StrictSerializer):
    """Third parties by their email addresses."""

    emails = serializers.ListField(
        child=serializers.CharField(max_length=254),
        min_length=1,
        max_length=MAX_PARTICIPANTS,
        help_text=_("Email addresses outside of your desk. They don't become contacts."),
    )


class SideMessageInput(StrictSerializer):
    """A message to the third parties."""

    text = serializers.CharField(max_length=MAX_TEXT_LENGTH, help_text=_("Markdown."))
    last_seen_message = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_ID,
        help_text=_(
            "The id of the newest message you have read. If a third party replied since, the "
            "message is refused with 409."
        ),
    )


class SideInput(PeopleInput):
    """A side conversation to start, with its first message."""

    subject = serializers.CharField(max_length=MAX_SUBJECT_CHARS, help_text=_("One line."))
    text = serializers.CharField(max_length=MAX_TEXT_LENGTH, help_text=_("Markdown."))


class PersonOutput(serializers.ModelSerializer[SideParticipant]):
    """A third party who gets the next message."""

    class Meta:
        model = SideParticipant
        fields = ("id", "email", "added_at")
        extra_kwargs: ClassVar[Extras] = {
            "email": {"help_text": _("Their email address.")},
            "added_at": {"help_text": _("When they joined the conversation.")},
        }


class SideMessageOutput(serializers.ModelSerializer[SideMessage]):
    """A message of a side conversation."""

    author = serializers.SerializerMethodField(
        help_text=_(
            "The agent, or the third party. The id is null if the sender isn't part of the "
            "conversation."
        )
    )
    sender = serializers.CharField(
        help_text=_("The address that an email came from. Empty for agents.")
    )
    files = serializers.SerializerMethodField(help_text=_("The names of its files."))

    class Meta:
        model = SideMessage
        fields = (
            "id", "author", "sender", "body_text", "files", "is_automatic", "is_unverified",
            "created_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[Extras] = {
            "body_text": {"help_text": _("Plain text.")},
            "is_automatic": {"help_text": _("True if a machine wrote it.")},
            "is_unverified": {
                "help_text": _("True if the address isn't part of the conversation.")
            },
        }

    @extend_schema_field(OutsideReference)
    def get_author(self, message: SideMessage) -> Any:
        if message.agent:
            return refer("agent", message.agent)
        people: dict[str, int] = self.context.get("people", {})
        return {
            "kind": "third_party",
            "id": people.get(message.sender),
            "name": message.sender_name or message.sender,
        }

    def get_files(self, message: SideMessage) -> list[str]:
        return [file.name for file in message.attachments.all()]


class SideOutput(serializers.ModelSerializer[SideConversation]):
    """A side conversation without its messages."""

    ticket = ReferenceField("ticket", help_text=_("The ticket that it is on."))
    merged_from = ReferenceField(
        "ticket", help_text=_("The merged ticket that it was started on, or null.")
    )
    people = serializers.SerializerMethodField(
        help_text=_("The third parties who get the next message.")
    )

    class Meta:
        model = SideConversation
        fields: tuple[str, ...] = (
            "id", "ticket", "merged_from", "subject", "state", "people", "answered_at",
            "created_at", "updated_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[Extras] = {
            "subject": {"help_text": _("One line.")},
            "state": {"help_text": _("Open or done. A new message opens it again.")},
            "answered_at": {
                "help_text": _(
                    "When the oldest unanswered message from a third party arrived, or null."
                )
            },
            "updated_at": {"help_text": _("When the newest message was written.")},
        }

    @extend_schema_field(PersonOutput(many=True))
    def get_people(self, side: SideConversation) -> Any:
        people = [one for one in side.participants.all() if one.is_reachable]
        return PersonOutput(people, many=True).data


class SideDetail(SideOutput):
    """A side conversation with its messages."""

    messages = serializers.SerializerMethodField(help_text=_("All messages, oldest first."))

    class Meta(SideOutput.Meta):
        fields = (*SideOutput.Meta.fields, "messages")

    @extend_schema_field(SideMessageOutput(many=True))
    def get_messages(self, side: SideConversation) -> Any:
        messages = side.messages.select_related("agent").prefetch_related("attachments")
        people = {person.email: person.pk for person in side.participants.all()}
        return SideMessageOutput(messages, many=True, context={"people": people}).data
