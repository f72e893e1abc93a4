"""Agents' users in chats."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from channels_intake.models.team_chat import ChatKind


class PersonSource(models.TextChoices):
    """How a chat user was recognized as an agent."""

    ADMIN = "admin", pgettext_lazy("source of a chat user", "Entered by an admin")
    EMAIL = "email", pgettext_lazy("source of a chat user", "Verified email address")


class ChatPerson(DeskModel):
    """An agent's user in a chat: for mentions, and for who can use commands.

    server: that of the channels (ChatConnection.server). Another server's users are other people,
    whatever ID or address its admins give them.
    """

    kind = models.CharField(_("chat"), max_length=10, choices=ChatKind.choices)
    server = LineField(
        _("server"),
        max_length=255,
        blank=True,
        help_text=_(
            "The host name in the URL of the chat, such as chat.example.com. It can stay empty if"
            " all of this chat's channels are on one server."
        ),
    )
    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.CASCADE,
        related_name="chat_people",
        db_index=False,
        verbose_name=_("agent"),
    )
    user_id = LineField(
        _("user ID"),
        max_length=64,
        help_text=_(
            "The ID that the chat sends with commands. User names can change; the ID can't."
        ),
    )
    user_name = LineField(
        _("user name"),
        max_length=80,
        blank=True,
        default="",
        help_text=_("To mention the agent, without @. Slack mentions people by their ID."),
    )
    source = models.CharField(
        _("source"),
        max_length=5,
        choices=PersonSource.choices,
        default=PersonSource.ADMIN,
        editable=False,
    )

    class Meta:
        ordering = ["agent__name"]
        verbose_name = _("chat user")
        verbose_name_plural = _("chat users")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "kind", "server", "user_id"],
                name="chat_user_once",
                violation_error_message=_("This chat user already belongs to an agent."),
            ),
            models.UniqueConstraint(
                fields=["agent", "kind", "server"],
                name="chat_agent_once",
                violation_error_message=_("This agent already has a user in this chat."),
            ),
        ]

    def __str__(self) -> str:
        return self.user_name or self.user_id
