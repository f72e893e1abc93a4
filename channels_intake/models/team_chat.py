"""Team chat: connections, their rules and threads (M54)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.logins.sealing import UnsealError, seal, unseal
from accounts.models import DeskModel, Level
from accounts.models.fields import LineField, LinesField
from tickets.models import Defect, Ticket


class ChatKind(models.TextChoices):
    """Chat systems. Others that accept Slack's incoming webhooks are used as SLACK."""

    ROCKETCHAT = "rocketchat", "Rocket.Chat"
    MATTERMOST = "mattermost", "Mattermost"
    SLACK = "slack", _("Slack or compatible")


class ChatConnection(DeskModel):
    """One channel of a team's chat. Secrets are stored encrypted and never shown.

    With a bot, messages about one ticket are one thread. Without it, they are posted by the
    incoming webhook, which can't reply in threads. In a public channel, only the number, priority
    and state of tickets are posted, and the number and stage of defects.
    """

    name = LineField(_("name"), max_length=60)
    kind = models.CharField(_("chat"), max_length=10, choices=ChatKind.choices)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_(
            "While this is off, nothing is posted and commands aren't answered. Messages of that"
            " time aren't posted later, either."
        ),
    )
    is_public = models.BooleanField(
        _("public channel"),
        default=False,
        help_text=_(
            "Turn this on if customers or the public can read the channel. Then only the number,"
            " priority and state of tickets, and the number and stage of defects, are posted"
            " there, with a link for agents."
        ),
    )
    channel = LineField(
        _("channel"),
        max_length=80,
        blank=True,
        default="",
        help_text=_(
            "For a bot: the ID of the channel. For an incoming webhook: leave empty to use the"
            " webhook's own channel."
        ),
    )
    sealed_webhook_url = models.TextField(editable=False, default="")
    server_url = models.URLField(
        _("server URL"),
        blank=True,
        default="",
        help_text=_("Needed for a bot, such as https://chat.example.com or https://slack.com."),
    )
    bot_user_id = models.CharField(
        _("user ID of the bot"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Rocket.Chat sends it with each request. Other chats don't need it."),
    )
    sealed_bot_token = models.TextField(editable=False, default="")
    sealed_command_secret = models.TextField(editable=False, default="")

    class Meta:
        ordering = ["name"]
        verbose_name = _("chat channel")
        verbose_name_plural = _("chat channels")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="chat_connection_name_unique",
                violation_error_message=_("There is already a chat channel with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def enter_secrets(
        self, *, webhook_url: str = "", bot_token: str = "", command_secret: str = ""
    ) -> None:
        """Encrypt new secrets; an empty text keeps the stored one. The caller saves."""
        if webhook_url:
            self.sealed_webhook_url = seal(webhook_url)
        if bot_token:
            self.sealed_bot_token = seal(bot_token)
        if command_secret:
            self.sealed_command_secret = seal(command_secret)

    @property
    def webhook_url(self) -> str:
        return unseal(self.sealed_webhook_url)

    @property
    def bot_token(self) -> str:
        return unseal(self.sealed_bot_token)

    @property
    def command_secret(self) -> str:
        return unseal(self.sealed_command_secret)

    @property
    def server(self) -> str:
        """The chat's host and port, or "" if none is known. User IDs are those of one server."""
        try:
            parts = urlsplit(self.server_url or self.webhook_url)
        except (UnsealError, ValueError):
            return ""
        host = parts.netloc.rpartition("@")[2].lower()
        return "slack.com" if host == "hooks.slack.com" else host

    @property
    def has_bot(self) -> bool:
        """True if messages are posted by a bot, in threads."""
        return bool(self.server_url and self.sealed_bot_token and self.channel)


class ChatTopic(models.TextChoices):
    """Topics that chat channels can get. Those with a dot are event kinds (tickets/events.py)."""

    OPENED = "ticket.opened", pgettext_lazy("chat topic", "New ticket")
    HOTLINE = "hotline", pgettext_lazy("chat topic", "Call handed over")
    ASSIGNED = "ticket.assigned", pgettext_lazy("chat topic", "Ticket assigned")
    UNASSIGNED = "ticket.left_unassigned", pgettext_lazy("chat topic", "Nobody available")
    UNCLAIMED = "handover.unclaimed", pgettext_lazy("chat topic", "Handover not claimed")
    RESPONDED = "customer.responded", pgettext_lazy("chat topic", "Customer replied")
    EMERGENCY = "emergency.reported", pgettext_lazy("chat topic", "Emergency reported")
    ESCALATED = "ticket.escalated", pgettext_lazy("chat topic", "Ticket escalated")
    LADDER = "ladder.step", pgettext_lazy("chat topic", "Step of the escalation ladder")
    ACKNOWLEDGED = "ladder.acknowledged", pgettext_lazy("chat topic", "Escalation acknowledged")
    PRIORITY = "priority.changed", pgettext_lazy("chat topic", "Priority changed")
    WARNED = "sla.warned", pgettext_lazy("chat topic", "SLA target due soon")
    BREACHED = "sla.breached", pgettext_lazy("chat topic", "SLA target breached")
    LINKED = "defect.linked", pgettext_lazy("chat topic", "Linked to a defect")
    REOPENED = "ticket.reopened", pgettext_lazy("chat topic", "Ticket reopened")
    CLOSED = "ticket.closed", pgettext_lazy("chat topic", "Ticket closed")
    HELP_ASKED = "help.requested", pgettext_lazy("chat topic", "Request for help")
    HELP_OVERDUE = "help.overdue", pgettext_lazy("chat topic", "Request for help overdue")
    ATTENTION = "attention.asked", pgettext_lazy("chat topic", "Request for attention")
    SIGNAL = "signal.raised", pgettext_lazy("chat topic", "Signal from app reviews")
    DEFECT_CREATED = "defect_created", pgettext_lazy("chat topic", "New defect")
    DEFECT_MOVED = "defect_moved", pgettext_lazy("chat topic", "Stage of a defect")
    DEFECT_RELEASED = "defect_released", pgettext_lazy("chat topic", "Fix released")
    DEFECT_MAJOR = "defect_major", pgettext_lazy("chat topic", "Significant impact of a defect")
    DEFECT_MERGED = "defect_merged", pgettext_lazy("chat topic", "Defect merged")


# About a defect instead of a ticket. A defect has no department, level or plan.
DEFECT_TOPICS = frozenset(
    {
        ChatTopic.DEFECT_CREATED,
        ChatTopic.DEFECT_MOVED,
        ChatTopic.DEFECT_RELEASED,
        ChatTopic.DEFECT_MAJOR,
        ChatTopic.DEFECT_MERGED,
    }
)


class ChatRule(DeskModel):
    """A rule of a channel: a topic, the tickets it is about, and the text.

    Of a channel's rules that match an event, the first one is used.
    """

    connection = models.ForeignKey(
        ChatConnection,
        on_delete=models.CASCADE,
        related_name="rules",
        db_index=False,
        verbose_name=_("channel"),
    )
    topic = models.CharField(_("what happened"), max_length=24, choices=ChatTopic.choices)
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Leave empty for all departments whose tickets every agent can see."),
    )
    level = models.CharField(
        _("level"), max_length=4, choices=Level.choices, blank=True, default=""
    )
    plan = models.ForeignKey(
        "accounts.Plan",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("plan"),
        help_text=_("Leave empty for all plans, and tickets without one."),
    )
    template = LinesField(
        _("text"),
        max_length=1000,
        blank=True,
        default="",
        help_text=_("Leave empty for the default text."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("chat rule")
        verbose_name_plural = _("chat rules")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "topic", "department", "level", "plan"],
                nulls_distinct=False,
                name="chat_rule_once",
                violation_error_message=_("The channel already has a rule for these tickets."),
            )
        ]
        # Asked with every event whether the desk has any rule.
        indexes = [models.Index(fields=["desk"], name="chat_rule_of_desk")]

    def __str__(self) -> str:
        return str(self.get_topic_display())


class ChatThread(DeskModel):
    """The message that a thread in a channel began with, by the chat's own ID.

    A thread is about one ticket or one defect.
    """

    connection = models.ForeignKey(
        ChatConnection, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    defect = models.ForeignKey(Defect, on_delete=models.CASCADE, null=True, related_name="+")
    root_id = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("chat thread")
        verbose_name_plural = _("chat threads")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "ticket", "defect"],
                nulls_distinct=False,
                name="chat_thread_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ticket__isnull=True) ^ models.Q(defect__isnull=True),
                name="chat_thread_about_one",
            ),
        ]

    def __str__(self) -> str:
        return self.root_id
