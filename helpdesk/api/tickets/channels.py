"""A ticket's conversation at a channel, and what became of messages, as the API reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from channels_intake.connections.outgoing.progress import get_worst_state
from channels_intake.connections.outgoing.ways import Way, find_conversation, list_ways
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import (
    ChannelMessage,
    Conversation,
    Direction,
    MailState,
    OutgoingEmail,
    PartState,
)
from tickets.models import Channel, Message, Ticket

STATES = sorted({*(str(state) for state in MailState), *(str(state) for state in PartState)})


class DeliveryOutput(serializers.Serializer[Any]):
    """The delivery of a message to one person through one channel."""

    channel = serializers.ChoiceField(Channel.choices, help_text=_("The channel it went out on."))
    to = serializers.CharField(help_text=_("The email address, or the name on the channel."))
    state = serializers.ChoiceField(STATES, help_text=_("The delivery state."))
    problem = serializers.CharField(help_text=_("Why it failed; empty otherwise."))


class WayOutput(serializers.Serializer[Any]):
    """A way to reply on a ticket, for the field “via” of a reply."""

    via = serializers.CharField(source="key", help_text=_("The value for “via”."))
    name = serializers.CharField(source="label", help_text=_("Its name."))
    problem = serializers.CharField(help_text=_("Why it can't be used now; empty if it can."))
    closes_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When the reply window closes, or null if it doesn't.")
    )
    is_public = serializers.BooleanField(help_text=_("True if anyone can read the reply."))
    max_chars = serializers.IntegerField(
        source="limits.max_chars",
        allow_null=True,
        help_text=_("Maximum characters per message, or null for no limit."),
    )
    may_split = serializers.BooleanField(
        source="limits.may_split",
        help_text=_("True if a longer reply is sent as several messages."),
    )
    max_files = serializers.IntegerField(
        source="limits.max_files", help_text=_("Maximum files per reply.")
    )


class ConversationOutput(serializers.Serializer[Any]):
    """The conversation at a channel that a ticket came in by."""

    channel = serializers.ChoiceField(Channel.choices, help_text=_("The channel."))
    connection = serializers.CharField(help_text=_("The name that admins gave the channel."))
    person = serializers.CharField(help_text=_("The customer's name there."))
    is_public = serializers.BooleanField(help_text=_("True if anyone can read it."))
    ended_at = serializers.DateTimeField(allow_null=True, help_text=_("When it ended, or null."))
    ways = WayOutput(many=True, help_text=_("The ways to reply, the usual one first."))


def describe_conversation(ticket: Ticket, *, at: datetime | None = None) -> dict[str, Any] | None:
    """Return a ticket's conversation for ConversationOutput, or None."""
    conversation = find_conversation(ticket)
    if conversation is None:
        return None
    ways = list_ways(conversation, ticket.contact, at=at or timezone.now())
    return _build(conversation, ways)


def _build(conversation: Conversation, ways: tuple[Way, ...]) -> dict[str, Any]:
    connector = CONNECTORS.get(conversation.connection.kind)
    return {
        "channel": connector.channel if connector else Channel.API,
        "connection": conversation.connection.name,
        "person": _name_person(conversation),
        "is_public": conversation.is_public,
        "ended_at": conversation.ended_at,
        "ways": ways,
    }


def _name_person(conversation: Conversation) -> str:
    handle = conversation.handle
    return (handle.name or handle.external_id) if handle else ""


def list_deliveries(message: Message) -> list[dict[str, Any]]:
    """Return what became of a message, for DeliveryOutput. Prefetch outgoing and parts."""
    mails = [_describe_mail(mail) for mail in message.outgoing.all()]
    parts = [part for part in message.parts.all() if part.direction == Direction.OUT]
    return [*([_describe_parts(parts)] if parts else []), *mails]


def _describe_mail(mail: OutgoingEmail) -> dict[str, Any]:
    is_failed = mail.state == MailState.FAILED
    return {
        "channel": Channel.EMAIL,
        "to": mail.to_address,
        "state": mail.state,
        "problem": mail.last_error if is_failed else "",
    }


def _describe_parts(parts: list[ChannelMessage]) -> dict[str, Any]:
    first = parts[0]
    connector = CONNECTORS.get(first.connection.kind)
    return {
        "channel": connector.channel if connector else Channel.API,
        "to": _name_person(first.conversation),
        "state": get_worst_state(parts).value,
        "problem": next((part.problem for part in parts if part.problem), ""),
    }
