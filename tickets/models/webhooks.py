"""Webhooks: subscriptions to a desk's ticket events, and the outbox of their deliveries."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.logins.sealing import seal, unseal
from accounts.models import DeskModel
from accounts.models.fields import LineField
from accounts.network.addresses import get_destination_error
from tickets.models.events import TicketEvent
from tickets.models.tickets import Ticket

WAITING = "waiting"


class PayloadSize(models.TextChoices):
    THIN = "thin", _("The kind of event and IDs only")
    FULL = "full", _("Also the ticket and the message")


class PayloadFormat(models.TextChoices):
    STANDARD = "standard", _("JSON (Standard Webhooks)")
    FLAT = "flat", _("Flat JSON without nested objects, for n8n and Zapier")
    SLACK = "slack", _("Message for Slack and compatible chats")


class PayloadVersion(models.TextChoices):
    ONE = "1", "1"


class SubscriptionState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class StopReason(models.TextChoices):
    ADMIN = "admin", _("An admin paused it.")
    FAILING = "failing", _("The receiver accepted nothing for three days.")
    GONE = "gone", _("The receiver responded with 410 (Gone).")


class WebhookSubscription(DeskModel):
    """Events that are sent to a URL. Its secrets are stored encrypted.

    kinds: EventKinds, none for all. filters: conditions on tickets (tickets/conditions). While it
    is paused, events wait; after its end, none are stored. failures: attempts in a row that the
    receiver was not able to take; until next_try_at, nothing else is tried. claimed_until: until
    then, no other worker sends. replay_after: the event up to which a replay got, and
    replay_since, before which it takes none.
    """

    name = LineField(_("name"), max_length=60)
    url = models.URLField(
        _("URL"), max_length=500, help_text=_("Each event is sent to it with a POST request.")
    )
    kinds = models.JSONField(_("events"), default=list, blank=True)
    filters = models.JSONField(_("tickets"), default=dict, blank=True)
    payload = models.CharField(
        _("content"), max_length=4, choices=PayloadSize.choices, default=PayloadSize.THIN
    )
    format = models.CharField(
        _("format"), max_length=8, choices=PayloadFormat.choices, default=PayloadFormat.STANDARD
    )
    version = models.CharField(
        _("version"), max_length=4, choices=PayloadVersion.choices, default=PayloadVersion.ONE
    )
    includes_internal = models.BooleanField(
        _("include internal notes and events"),
        default=False,
        help_text=_("Customers never see these. All admins are notified if you turn this on."),
    )
    sealed_secret = models.TextField(editable=False, default="")
    sealed_former_secret = models.TextField(editable=False, default="", blank=True)
    former_until = models.DateTimeField(editable=False, null=True)
    state = models.CharField(
        _("state"),
        max_length=6,
        choices=SubscriptionState.choices,
        default=SubscriptionState.ACTIVE,
    )
    stop_reason = models.CharField(
        _("reason"), max_length=7, choices=StopReason.choices, blank=True, default=""
    )
    stopped_at = models.DateTimeField(_("paused since"), null=True)
    failures = models.PositiveIntegerField(default=0, editable=False)
    last_success_at = models.DateTimeField(_("last delivery"), null=True)
    next_try_at = models.DateTimeField(_("next attempt"))
    claimed_until = models.DateTimeField(null=True, editable=False)
    replay_after = models.BigIntegerField(null=True, editable=False)
    replay_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="webhook_name_unique",
                violation_error_message=_("There is already a webhook with this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if self.url and (problem := get_destination_error(self.url)):
            problems["url"] = problem
        if problems:
            raise ValidationError(problems)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def secret(self) -> str:
        """The secret that signs each request. Raises UnsealError."""
        return unseal(self.sealed_secret)

    @property
    def former_secret(self) -> str:
        """The secret before the last rotation, which signs, too, for a day. Raises UnsealError."""
        return unseal(self.sealed_former_secret)

    def set_secret(self, secret: str) -> None:
        """Encrypt a new secret. The caller saves."""
        self.sealed_secret = seal(secret)


class OutboxState(models.TextChoices):
    WAITING = WAITING, pgettext_lazy("webhook delivery", "Waiting")
    DELIVERED = "delivered", pgettext_lazy("webhook delivery", "Delivered")
    FAILED = "failed", pgettext_lazy("webhook delivery", "Failed")


class WebhookDelivery(DeskModel):
    """An event to send to a subscription. The body isn't stored: it is built when it is sent.

    tries: attempts since first_tried_at; attempts: all. log: the newest attempts, each with its
    time, the HTTP status or the code of a problem, and milliseconds. answer: the beginning of the
    last response. sha256 and size: of the last body.
    """

    subscription = models.ForeignKey(
        WebhookSubscription,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        verbose_name=_("webhook"),
    )
    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="+", verbose_name=_("ticket")
    )
    event = models.ForeignKey(
        TicketEvent,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("event"),
    )
    kind = models.CharField(_("kind"), max_length=30)
    state = models.CharField(
        _("state"), max_length=9, choices=OutboxState.choices, default=OutboxState.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(null=True, editable=False)
    next_try_at = models.DateTimeField(_("next attempt"))
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    log = models.JSONField(default=list, editable=False)
    answer = models.TextField(_("response"), blank=True, default="")
    sha256 = models.CharField(max_length=64, editable=False, blank=True, default="")
    size = models.PositiveIntegerField(_("bytes"), null=True)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "subscription"], name="webhook_event_once"),
        ]
        indexes = [
            models.Index(fields=["subscription", "-id"], name="webhook_newest"),
            models.Index(fields=["desk", "-id"], name="webhook_newest_of_desk"),
            models.Index(
                fields=["subscription", "event"],
                condition=models.Q(state=WAITING),
                name="webhook_waiting",
            ),
            models.Index(
                fields=["subscription", "ticket", "event"],
                condition=models.Q(state=WAITING),
                name="webhook_in_order",
            ),
            models.Index(
                fields=["next_try_at"], condition=models.Q(state=WAITING), name="webhook_due"
            ),
            models.Index(
                fields=["created_at"], condition=~models.Q(state=WAITING), name="webhook_by_age"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        """The webhook-id: the same for each attempt and for each replay of the event."""
        return f"msg_{self.subscription_id}_{self.event_id}"
