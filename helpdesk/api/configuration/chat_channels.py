"""Channels of a team's chat, with their rules and standups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from channels_intake.admin.team_chat_forms import MAX_SECRET, SECRETS, ChatConnectionForm
from channels_intake.models import ChatConnection
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.team_chat.standups import plan_standups
from helpdesk.api.configuration.chat_parts import (
    ChatRuleItem,
    ChatStandupItem,
    save_rules,
    save_standups,
)
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView, make_has_secret, make_secret
from tickets.services.settings_rows import Changes

MAX_PARTS = 100
CHANNEL_FIELDS = (
    *("name", "kind", "is_active", "is_public", "server_url", "channel", "bot_user_id"),
)


class ChatChannelSerializer(RowSerializer):
    """A channel of a team's chat. Its secrets are never shown."""

    webhook_url = make_secret(MAX_SECRET)
    bot_token = make_secret(MAX_SECRET)
    command_secret = make_secret(MAX_SECRET)
    has_webhook_url = make_has_secret("sealed_webhook_url")
    has_bot_token = make_has_secret("sealed_bot_token")
    has_command_secret = make_has_secret("sealed_command_secret")
    command_url = serializers.SerializerMethodField(help_text=_("URL for /ticket and /ack"))
    rules = ChatRuleItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True,
        required=False,
        max_length=MAX_PARTS,
        help_text=_("What the channel is told, in order. The first matching rule applies."),
    )
    standups = ChatStandupItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True,
        required=False,
        max_length=MAX_PARTS,
        help_text=_("The daily messages of the channel."),
    )

    class Meta:
        model = ChatConnection
        fields = (
            *("id", *CHANNEL_FIELDS, "webhook_url", "bot_token", "command_secret"),
            *("has_webhook_url", "has_bot_token", "has_command_secret", "command_url"),
            *("rules", "standups"),
        )
        extra_kwargs = describe_fields(ChatConnection, CHANNEL_FIELDS)

    def get_command_url(self, channel: ChatConnection) -> str:
        return f"{get_desk_url(channel.desk)}/chat/{channel.pk}/"


class ChatChannelsView(FormRowsView):
    model = ChatConnection
    serializer_class = ChatChannelSerializer
    related = ("desk",)
    prefetched = ("rules__department", "rules__plan", "standups__department", "standups__region")
    parts = ("rules", "standups")

    def get_form_class(self, row: ChatConnection) -> type[forms.ModelForm[Any]]:
        return ChatConnectionForm

    def save_form(self, row: ChatConnection, form: Any, *, is_new: bool) -> None:
        row.enter_secrets(**{name: form.cleaned_data[name] for name in SECRETS})
        super().save_form(row, form, is_new=is_new)
        if row.is_active and "is_active" in form.changed_data:
            plan_standups(row, timezone.now())

    def save_parts(self, row: ChatConnection, parts: dict[str, Any]) -> Changes:
        changes = save_rules(row, parts.get("rules"))
        return changes | save_standups(row, parts["standups"]) if "standups" in parts else changes


CHAT_CHANNELS = build_paths(
    ChatChannelsView,
    place="chat-channels",
    one="chat_channel",
    many="chat_channels",
    parameter="chat_id",
    texts=Texts(
        list=_("List chat channels"),
        add=_("Add a chat channel"),
        show=_("Show a chat channel"),
        change=_("Change a chat channel"),
        delete=_("Delete a chat channel"),
        about=_(
            "The channels of the team's chat, with the rules and standups of each. For desk admins."
        ),
        changing=_(
            "Changes the given fields; “rules” and “standups” replace all of them. If you change "
            "the server URL, send the bot's token again. For desk admins."
        ),
    ),
)
