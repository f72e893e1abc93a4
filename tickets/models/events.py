"""What happened to a ticket, and who has yet to be told."""

from __future__ import annotations

from django.db import models

from accounts.models import DeskModel
from tickets.models.tickets import Ticket


class ActorKind(models.TextChoices):
    AGENT = "agent", "Agent"
    CONTACT = "contact", "Customer"
    SYSTEM = "system", "Plumbline"


class TicketEvent(DeskModel):
    """One thing that happened, written in the transaction of the change. Append-only."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120, blank=True, default="")
    channel = models.CharField(max_length=10, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["ticket", "id"], name="event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} on ticket {self.ticket_id}"


class DeliveryState(models.TextChoices):
    DUE = "due", "Due"
    DONE = "done", "Done"
    GIVEN_UP = "given_up", "Given up"


class EventDelivery(DeskModel):
    """One follower that has to be told of one event after the commit; swept while undone."""

    event = models.ForeignKey(TicketEvent, on_delete=models.CASCADE, related_name="deliveries")
    follower = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "event deliveries"
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


class Notification(DeskModel):
    """A line in an agent's inbox."""

    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="notifications"
    )
    event = models.ForeignKey(TicketEvent, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["event", "agent"], name="notification_once")]
        indexes = [
            models.Index(
                fields=["agent", "-id"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread",
            )
        ]

    def __str__(self) -> str:
        return self.text
