"""Direct messages to an agent: their notifications, in the chat where they have a user.

A bot opens its own conversation with the person. Incoming webhooks of Rocket.Chat and Mattermost
take "@user" as the channel; Slack's don't, so there a bot is needed. Direct messages have their own
lane: none waits for the channel's messages, or holds them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Agent
from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.calls.queueing import queue_call
from channels_intake.models import CallKind, ChatConnection, ChatKind, ChatPerson, OutgoingCall
from channels_intake.team_chat.sending import (
    BUSY,
    TOO_MANY,
    ChatConnector,
    check_response,
    exchange,
)
from channels_intake.team_chat.vendors import VENDORS
from channels_intake.team_chat.vendors.markdown import is_user_name
from channels_intake.team_chat.vendors.protocol import Target, read_json

TRIED_FOR = timedelta(hours=24)  # an older message would only confuse


def find_direct_way(agent: Agent) -> tuple[ChatConnection, ChatPerson] | None:
    """Return the channel whose bot or webhook reaches an agent, and their user there, or None.

    Bots come first: a webhook may be locked to its own channel.
    """
    people = {(one.kind, one.server): one for one in ChatPerson.objects.filter(agent=agent)}
    if not people:
        return None
    active = ChatConnection.objects.filter(desk_id=agent.desk_id, is_active=True).order_by("pk")
    for connection in sorted(active, key=lambda each: not each.has_bot):
        person = people.get((connection.kind, connection.server))
        if person and can_reach(connection, person):
            return connection, person
    return None


def can_reach(connection: ChatConnection, person: ChatPerson) -> bool:
    """Return True if a channel's bot or webhook can write to a person directly."""
    if connection.kind == ChatKind.SLACK:
        return connection.has_bot
    if connection.kind == ChatKind.MATTERMOST and connection.has_bot:
        return True
    return is_user_name(person.user_name)


def queue_direct_message(agent: Agent, notification_ids: Sequence[int], *, at: datetime) -> bool:
    """Queue a direct message about notifications. Return False if no chat reaches the agent.

    Only IDs are stored: the text is written when it is sent.
    """
    found = find_direct_way(agent)
    if found is None:
        return False
    return queue_call(
        desk_id=agent.desk_id,
        kind=CallKind.TEAM_CHAT,
        connection_id=found[0].pk,
        key=f"direct:{agent.pk}:{notification_ids[0]}",
        lane=f"agent:{agent.pk}",
        body={"agent": agent.pk, "notifications": list(notification_ids)},
        at=at,
        is_urgent=True,
        gives_up_at=at + TRIED_FOR,
    )


class TeamChatConnector(ChatConnector):
    """Posts to channels, and to agents directly."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Post a message. A chat that refuses a person still takes the channel's messages."""
        try:
            return super().send(call, at=at)
        except CallLaterError as error:
            is_refused = error.status is not None and error.status not in {*BUSY, TOO_MANY}
            if "notifications" in call.body and is_refused:
                raise CallRefusedError(str(error), status=error.status) from error
            raise

    def open(self, call: OutgoingCall, connection: ChatConnection, *, at: datetime) -> Target:
        """Return the destination of a call. That of a direct message is the person."""
        target = super().open(call, connection, at=at)
        if "notifications" not in call.body:
            return target
        mine = {"kind": connection.kind, "server": connection.server}
        person = ChatPerson.objects.filter(**mine, agent_id=call.body["agent"]).first()
        if person is None or not can_reach(connection, person):
            raise CallRefusedError(_("The agent has no user in this chat anymore."))
        if not target.has_bot:
            return replace(target, channel=f"@{person.user_name}")
        return replace(target, channel=_open_conversation(connection.kind, target, person, at=at))


def _open_conversation(kind: str, target: Target, person: ChatPerson, *, at: datetime) -> str:
    """Return the ID of the bot's conversation with a person; the chat makes one if needed."""
    vendor, own_id = VENDORS[kind], target.bot_user_id
    if not own_id and (asking := vendor.make_own_lookup(target)):
        response = exchange(asking, host=target.host)
        check_response(response, at=at)
        own_id = str(read_json(response.body).get("id") or "")
    request = vendor.make_direct(target, person.user_id, person.user_name, own_id=own_id)
    response = exchange(request, host=target.host)
    check_response(response, at=at)
    content = read_json(response.body)
    if room := vendor.read_direct(content):
        return room
    problem = vendor.read_error(content) or "?"
    raise CallRefusedError(
        _("The chat refused the message: %(problem)s") % {"problem": problem},
        status=response.status,
    )
