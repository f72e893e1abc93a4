"""The messages of a chat channel's saved rules, about a made-up ticket. Nothing is posted."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels_intake.models import ChatTopic
from channels_intake.team_chat.samples import compose_sample
from helpdesk.api.configuration.chat_channels import ChatChannelsView
from helpdesk.api.configuration.setting_rows import SettingRowView


class ChatMessageSample(serializers.Serializer[Any]):
    """A message as a channel would get it."""

    topic = serializers.ChoiceField(ChatTopic.choices, help_text=_("The topic of the rule."))
    text = serializers.CharField(
        help_text=_("The text in the chat's own markup; empty if nothing is posted.")
    )


class ChatPreviewView(ChatChannelsView, SettingRowView):
    parameter = "chat_id"
    http_method_names = ["get", "head", "options"]
    is_live = True  # it names times
    serializer_class: Any = ChatMessageSample

    @extend_schema(
        operation_id="preview_chat_messages",
        summary=_("Preview the messages of a chat channel"),
        description=_(
            "Returns an example of the message of each rule, in order. Nothing is posted. For "
            "desk admins."
        ),
        responses=ChatMessageSample(many=True),
    )
    def get(self, request: Request, **_ids: int) -> Response:
        """Compose the messages of the saved rules."""
        channel, desk, at = self.get_row(), self.agent.desk, timezone.now()
        return Response(
            [
                {"topic": rule.topic, "text": compose_sample(rule, channel, desk=desk, at=at)}
                for rule in channel.rules.all()
            ]
        )


CHAT_PREVIEW = [
    path("chat-channels/<int:chat_id>/preview/", ChatPreviewView.as_view(), name="chat_preview")
]
