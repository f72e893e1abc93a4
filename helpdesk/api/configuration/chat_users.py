"""Agents' users in a team's chat (M54, M82).

A chat user acts as the agent with commands, so programs need the scope of agents for them.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Resource
from channels_intake.admin.team_chat_forms import ChatPersonForm
from channels_intake.models import ChatPerson
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView
from helpdesk.api.linked_rows import AGENTS, LinkField

USER_FIELDS = ("kind", "server", "user_id", "user_name")


class ChatUserSerializer(RowSerializer):
    """An agent's user in a chat."""

    agent = LinkField(queryset=AGENTS, help_text=_("The agent."))

    class Meta:
        model = ChatPerson
        fields = ("id", "agent", *USER_FIELDS, "source")
        read_only_fields = ("source",)
        validators = ()  # the form checks what must be unique
        extra_kwargs = describe_fields(ChatPerson, (*USER_FIELDS, "source"))


class ChatUsersView(FormRowsView):
    model = ChatPerson
    serializer_class = ChatUserSerializer
    related = ("agent__user",)
    key = "user_id"
    resource = Resource.STAFF

    def get_form_class(self, row: ChatPerson) -> type[forms.ModelForm[Any]]:
        return ChatPersonForm


CHAT_USERS = build_paths(
    ChatUsersView,
    place="chat-users",
    one="chat_user",
    many="chat_users",
    parameter="chat_user_id",
    texts=Texts(
        list=_("List chat users"),
        add=_("Add a chat user"),
        show=_("Show a chat user"),
        change=_("Change a chat user"),
        delete=_("Delete a chat user"),
        about=_("Which chat user is which agent, for mentions and commands. For desk admins."),
    ),
)
