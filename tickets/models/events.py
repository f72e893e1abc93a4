"""Ticket events, their deliveries to followers, and agents' notifications."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel, KeylessDeskModel
from accounts.models.fields import LineField
from tickets.models.tickets import Ticket


class ActorKind(models.TextChoices):
    AGENT = "agent", _("Agent")
    CONTACT = "contact", _("Customer")
    SYSTEM = "system", "Plumbline"


class TicketEvent(DeskModel):
    """An event of a ticket, written in the transaction of the change. Append-only.

    kind: an EventKind of tickets/events.py, which says what ``data`` holds.
    """

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,
        verbose_name=_("ticket"),
    )
    kind = models.CharField(_("kind"), max_length=30)
    at = models.DateTimeField(_("time"))
    actor_kind = models.CharField(_("actor kind"), max_length=8, choices=ActorKind.choices)
    actor_id = models.BigIntegerField(_("actor id"), null=True)
    actor_name = LineField(_("actor"), max_length=120, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=10, blank=True, default="")
    data = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["ticket", "id"], name="event_of_ticket"),
            # For the lead's board. Few events are of these kinds.
            models.Index(
                fields=["desk", "at"],
                condition=models.Q(kind__in=["sla.breached", "ticket.left_unassigned"]),
                name="event_of_board",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on ticket {self.ticket_id}"


class DeliveryState(models.TextChoices):
    DUE = "due", pgettext_lazy("delivery state", "Due")
    GIVEN_UP = "given_up", pgettext_lazy("delivery state", "Failed")


class EventDelivery(DeskModel):
    """An event for a LATER follower to handle after the commit. Swept until it is done.

    Completed ones become DoneDelivery rows. follower: its key in settings.LATER_FOLLOWERS.
    claimed_until: until then, no other worker makes the delivery. It isn't indexed, so claiming is
    a HOT update.
    """

    event = models.ForeignKey(
        TicketEvent,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("event"),
    )
    follower = models.CharField(_("follower"), max_length=80)
    state = models.CharField(
        _("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.DUE
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))
    claimed_until = models.DateTimeField(null=True)
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "follower"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state=DeliveryState.DUE),
                name="delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.follower}"


class DoneDelivery(KeylessDeskModel):
    """A completed delivery. The table is partitioned by month (tickets/deliveries/archive.py).

    It has no foreign keys, because rows are only a record and are deleted by age.
    """

    id = models.BigIntegerField(primary_key=True)  # of the EventDelivery
    event_id = models.BigIntegerField()
    follower = models.CharField(max_length=80)
    attempts = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("completed delivery")
        verbose_name_plural = _("completed deliveries")

    def __str__(self) -> str:
        return f"{self.event_id} to {self.follower}"


class Notification(DeskModel):
    """A notification for an agent of an event, or of something else at the desk.

    tickets/notifications.py writes the sentence: of an event by the event, else by ``kind`` and
    ``data``. key: what it is about, so that an agent is told of it once. It can name no ticket.
    """

    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.CASCADE,
        related_name="notifications",
        verbose_name=_("agent"),
    )
    event = models.ForeignKey(
        TicketEvent, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=30, blank=True, default="", db_default="")
    data = models.JSONField(null=True, blank=True)
    key = models.CharField(max_length=120, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "agent"], name="notification_once"),
            models.UniqueConstraint(
                fields=["agent", "key"],
                condition=models.Q(event__isnull=True),
                name="notification_of_desk_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agent", "-id"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(
                fields=["agent", "ticket"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread_ticket",
            ),
            models.Index(
                fields=["desk", "read_at"],
                condition=models.Q(read_at__isnull=False),
                name="notification_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id or self.kind} for agent {self.agent_id}"
