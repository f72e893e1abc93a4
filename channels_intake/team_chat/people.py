"""Agents behind chat users: by an admin's entry, or an email address that the chat verified."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.matching import normalize_email
from accounts.models import Agent
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.models import ChatConnection, ChatPerson, PersonSource
from channels_intake.team_chat.sending import check_response, exchange, open_target
from channels_intake.team_chat.vendors import VENDORS
from channels_intake.team_chat.vendors.protocol import ChatUser, read_json
from tickets.queueing import Queue, TaskName

LOOK_UP = TaskName("channels_intake.tasks.look_up_chat_user", queue=Queue.INTERACTIVE)


def find_agent(connection: ChatConnection, user_id: str) -> Agent | None:
    """Return the active agent who is a chat user, or None."""
    known = ChatPerson.objects.filter(
        desk_id=connection.desk_id,
        kind=connection.kind,
        server=connection.server,
        user_id=user_id,
        agent__is_active=True,
        agent__user__is_active=True,
    )
    person = known.select_related("agent__user").first()
    return person.agent if person else None


def look_up_person(*, connection_id: int, user_id: str, at: datetime) -> ChatPerson | None:
    """Ask the chat for a user's verified email address, and recognize the agent who has it.

    They are recognized on this server only. Return None if the chat can't say, if no active agent
    has the address, or if the agent is known as another user of this kind of chat, also on another
    server: an admin can enter more. An admin's entry is never changed.
    """
    connection = ChatConnection.objects.filter(pk=connection_id, is_active=True).first()
    if connection is None or not connection.has_bot or find_agent(connection, user_id):
        return None
    user = _ask_chat(connection, user_id, at=at)
    if user is None or user.user_id != user_id or not user.email:
        return None
    email = normalize_email(user.email)
    agents = Agent.objects.filter(desk_id=connection.desk_id, is_active=True)
    agent = agents.filter(user__email=email, user__is_active=True).first() if email else None
    return _remember(connection, agent, user) if agent else None


def _ask_chat(connection: ChatConnection, user_id: str, *, at: datetime) -> ChatUser | None:
    vendor = VENDORS[connection.kind]
    try:
        target = open_target(connection)
        response = exchange(vendor.make_lookup(target, user_id), host=target.host)
        check_response(response, at=at)
    except (CallLaterError, CallRefusedError):
        return None  # the person tries again, or an admin enters them
    return vendor.read_user(read_json(response.body))


def _remember(connection: ChatConnection, agent: Agent, user: ChatUser) -> ChatPerson | None:
    with transaction.atomic():
        mine = {"server": connection.server, "user_id": user.user_id}
        of_chat = ChatPerson.objects.filter(desk_id=connection.desk_id, kind=connection.kind)
        # Admins of another server decide which addresses are verified there.
        if of_chat.filter(agent=agent).exclude(**mine).exists():
            return None
        person, _is_new = ChatPerson.objects.get_or_create(
            desk_id=connection.desk_id,
            kind=connection.kind,
            **mine,
            defaults={
                "agent": agent,
                "user_name": user.user_name,
                "source": PersonSource.EMAIL,
            },
        )
    return person
