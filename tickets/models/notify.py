"""Choices of notifications, devices, and the notifications that are due by each way."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.events import Notification


class Topic(models.TextChoices):
    """Topics of notifications that an agent can turn on or off."""

    MENTION = "mention", _("Someone mentions me in a note")
    ASSIGNMENT = "assignment", _("A ticket or defect is assigned or handed over to me")
    EMERGENCY = "emergency", _("Emergencies and escalation alerts")
    REPLY = "reply", _("A customer replies on a ticket I'm assigned to or watching")
    NOTE = "note", _("A colleague adds a note to a ticket I'm assigned to or watching")
    DEADLINE = "deadline", _("An SLA target is due soon or overdue")
    DELIVERY = "delivery", _("A message couldn't be delivered")
    TEAM = "team", _("Requests for help and attention, shifts and on-call duty")
    DEFECT = "defect", _("Updates on defects that I follow")


class NotificationChoice(DeskModel):
    """An agent's choice for one topic. Without a row, the defaults apply."""

    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    topic = models.CharField(_("topic"), max_length=12, choices=Topic.choices)
    in_page = models.BooleanField(_("in Plumbline"))
    by_email = models.BooleanField(_("by email"))
    by_push = models.BooleanField(_("on my devices"), default=False, db_default=False)
    by_chat = models.BooleanField(_("in team chat"), default=False, db_default=False)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "topic"], name="notification_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.topic} for agent {self.agent_id}"


class NotificationSettings(DeskModel):
    """Settings of an agent for all notifications. Without a row, the defaults apply.

    waits_for_shift: emails, devices and team chat wait until the agent's next shift, except for
    emergencies. digest_on: the day of the last daily summary of unread notifications. The others
    are about open pages (helpdesk/static/js/alerts.js).
    """

    agent = models.OneToOneField("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    waits_for_shift = models.BooleanField(_("wait for my shift"), default=True)
    has_digest = models.BooleanField(_("daily summary"), default=False)
    digest_on = models.DateField(null=True)
    plays_sound = models.BooleanField(_("play a sound"), default=False, db_default=False)
    shows_alerts = models.BooleanField(
        _("alert from a background tab"), default=False, db_default=False
    )
    alerts_unassigned = models.BooleanField(
        _("also for new unassigned tickets"), default=False, db_default=False
    )

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return f"Agent {self.agent_id}"


class NotificationEmail(DeskModel):
    """An email of one notification that is due. The row goes once it is sent or isn't needed.

    claimed_until: until then, no other worker sends it.
    """

    notification = models.OneToOneField(
        Notification, on_delete=models.CASCADE, related_name="email"
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notification email")
        verbose_name_plural = _("notification emails")
        indexes = [models.Index(fields=["desk", "due_at"], name="notification_email_due")]

    def __str__(self) -> str:
        return f"Notification {self.notification_id}"


class PushSubscription(DeskModel):
    """A browser that shows an agent's notifications, by the Push API (W3C).

    endpoint: the URL at the browser's push service. public_key and auth_secret: of the browser, to
    encrypt for it (RFC 8291). server_key: the public key of ours that it was made for (RFC 8292);
    the service accepts no other. name: the browser and system, for the agent to recognize it.
    """

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000)
    public_key = models.CharField(max_length=100)
    auth_secret = models.CharField(max_length=30)
    server_key = models.CharField(max_length=100)
    name = LineField(_("device"), max_length=60)
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("device for notifications")
        verbose_name_plural = _("devices for notifications")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "endpoint"], name="push_endpoint_once")
        ]

    def __str__(self) -> str:
        return self.name


class NotificationPush(DeskModel):
    """A notification that is due on a device. The row goes once it is sent or isn't needed.

    claimed_until: until then, no other worker sends it.
    """

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notification for a device")
        verbose_name_plural = _("notifications for devices")
        indexes = [models.Index(fields=["desk", "due_at"], name="notification_push_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "subscription"], name="notification_push_once"
            )
        ]

    def __str__(self) -> str:
        return f"Notification {self.notification_id}"


class NotificationChat(DeskModel):
    """A notification that is due as a direct message in team chat.

    The row becomes a call of the outbox (channels_intake/calls), or goes if it isn't needed.
    attempts: to hand it over, of which none succeeded.
    """

    notification = models.OneToOneField(Notification, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)

    class Meta:
        verbose_name = _("notification for team chat")
        verbose_name_plural = _("notifications for team chat")
        indexes = [models.Index(fields=["desk", "due_at"], name="notification_chat_due")]

    def __str__(self) -> str:
        return f"Notification {self.notification_id}"
