"""Which notifications an agent gets by email, and the emails that are due."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
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
    """When an agent gets emails of notifications. Without a row, the defaults apply.

    waits_for_shift: emails wait until the agent's next shift, except those of emergencies.
    digest_on: the day of the last daily summary of unread notifications.
    """

    agent = models.OneToOneField("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    waits_for_shift = models.BooleanField(_("wait for my shift"), default=True)
    has_digest = models.BooleanField(_("daily summary"), default=False)
    digest_on = models.DateField(null=True)

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
