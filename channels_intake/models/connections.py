"""Connections of a desk to channels other than email, and what comes and goes through them."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.logins.sealing import UnsealError, seal, unseal
from accounts.models import ContactHandle, DeskModel
from accounts.models.fields import LineField
from channels_intake.models.code_hosts import new_hook_token
from tickets.models import Message, Ticket


class ConnectionKind(models.TextChoices):
    """Kinds of connections. Each has a connector (connections/registry.py)."""

    HOTLINE = "hotline", _("Hotline (Freshcaller)")
    CALLS = "calls", _("Other phone system")
    FACEBOOK = "facebook", _("Facebook page")
    INSTAGRAM = "instagram", "Instagram"
    X = "x", "X (Twitter)"
    ROCKETCHAT = "rocketchat", _("Live chat (Rocket.Chat Omnichannel)")
    MESSENGER = "messenger", _("Website messenger")
    REVIEWS = "reviews", _("App reviews (AppFollow)")
    FORM = "form", _("Website form")
    WHATSAPP = "whatsapp", "WhatsApp"
    TELEGRAM = "telegram", "Telegram"


class Connection(DeskModel):
    """One place through which customers write, such as a Facebook page or an app in AppFollow.

    external_id: the vendor's ID of that place. settings: what its connector needs, none of it
    secret. sealed_secrets: a JSON object, encrypted. cursor: where a poller continues.
    silent_until: what is older is history, which opens no ticket. problem: why it doesn't work
    now; "" if it does. told_at: when its admins were told of that. busy_until: a worker processes
    its events now, in order.
    """

    kind = models.CharField(_("channel"), max_length=12, choices=ConnectionKind.choices)
    name = LineField(_("name"), max_length=60)
    external_id = LineField(_("ID"), max_length=190, blank=True, default="")
    api_url = models.URLField(
        _("API URL"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("Leave empty to use the provider's own URL."),
    )
    settings = models.JSONField(default=dict, editable=False)
    sealed_secrets = models.TextField(editable=False, default="")
    hook_token = models.CharField(max_length=40, editable=False, default=new_hook_token)
    cursor = models.JSONField(default=dict, editable=False)
    is_paused = models.BooleanField(
        _("paused"),
        default=False,
        help_text=_(
            "While paused, messages and replies wait. They continue in order when you resume."
        ),
    )
    silent_until = models.DateTimeField(_("opens tickets since"), null=True, editable=False)
    problem = LineField(_("problem"), max_length=500, blank=True, default="", editable=False)
    problem_since = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField(_("last response"), null=True, editable=False)
    last_event_at = models.DateTimeField(_("last event"), null=True, editable=False)
    next_poll_at = models.DateTimeField(null=True, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "hook_token"], name="connection_hook_once"),
            models.UniqueConstraint(
                fields=["desk", "kind", "external_id"],
                condition=~models.Q(external_id=""),
                name="connection_once",
                violation_error_message=_("This desk already has a channel with this ID."),
            ),
            models.UniqueConstraint(
                fields=["desk", "name"],
                name="connection_name_once",
                violation_error_message=_("There is already a channel with this name."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                condition=models.Q(next_poll_at__isnull=False, is_paused=False),
                name="connection_to_poll",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets by name. Raises UnsealError."""
        return json.loads(unseal(self.sealed_secrets) or "{}")

    def enter_secrets(self, **secrets: str) -> None:
        """Encrypt new secrets; an empty text keeps the stored one. The caller saves.

        Stored ones that can't be decrypted anymore are dropped.
        """
        entered = {name: secret for name, secret in secrets.items() if secret}
        if entered:
            known = {name: self.secrets[name] for name in self.list_secrets()}
            self.sealed_secrets = seal(json.dumps({**known, **entered}))

    def list_secrets(self) -> list[str]:
        """Return the names of the stored secrets, none if they can't be decrypted anymore."""
        try:
            return list(self.secrets)
        except UnsealError:
            return []


class ChannelEventState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("channel event", "Received")
    PROCESSED = "processed", pgettext_lazy("channel event", "Processed")
    SET_ASIDE = "set_aside", pgettext_lazy("channel event", "Not processed")


class ChannelEvent(DeskModel):
    """What a vendor sent, stored before it is processed. Its signature was right.

    event_id: the vendor's, or a hash of the body if there is none, so that what is sent twice is
    one row. reason: why it is set aside (connections/reasons.py).
    """

    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,
        verbose_name=_("channel"),
    )
    event_id = models.CharField(_("ID"), max_length=190)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=ChannelEventState.choices,
        default=ChannelEventState.RECEIVED,
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True, default="")
    reason_data = models.JSONField(default=dict, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))

    class Meta:
        verbose_name = _("channel event")
        verbose_name_plural = _("channel events")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "event_id"], name="channel_event_once")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state=ChannelEventState.RECEIVED),
                name="channel_event_due",
            ),
            models.Index(
                fields=["connection", "id"],
                condition=models.Q(state=ChannelEventState.RECEIVED),
                name="channel_event_waiting",
            ),
            models.Index(fields=["received_at"], name="channel_event_by_age"),
            models.Index(fields=["desk", "-id"], name="channel_event_newest"),
        ]

    def __str__(self) -> str:
        return self.event_id


class Conversation(DeskModel):
    """A thread at a vendor, and the ticket that it is on now.

    external_id: the vendor's ID of the thread. is_public: anybody can read it, such as comments
    and reviews. data: what the vendor says about it, such as a rating. window_from: the customer's
    last message, from which a vendor counts how long it takes answers. ended_at: when it was ended
    at the vendor; None again once the customer writes.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    external_id = models.CharField(max_length=190)
    handle = models.ForeignKey(
        ContactHandle, on_delete=models.SET_NULL, null=True, related_name="conversations"
    )
    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, null=True, related_name="conversations"
    )
    is_public = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    window_from = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="conversation_once")
        ]
        indexes = [models.Index(fields=["connection", "-id"], name="conversation_newest")]

    def __str__(self) -> str:
        return self.external_id


class Direction(models.TextChoices):
    IN = "in", pgettext_lazy("channel message", "From the customer")
    OUT = "out", pgettext_lazy("channel message", "To the customer")


class PartState(models.TextChoices):
    """States of a message at a vendor."""

    RECEIVED = "received", pgettext_lazy("channel message", "Received")
    QUEUED = "queued", pgettext_lazy("channel message", "Queued")
    SENT = "sent", pgettext_lazy("channel message", "Sent")
    DELIVERED = "delivered", pgettext_lazy("channel message", "Delivered")
    READ = "read", pgettext_lazy("channel message", "Read")
    FAILED = "failed", pgettext_lazy("channel message", "Failed")
    DELETED = "deleted", pgettext_lazy("channel message", "Deleted by the author")


class ChannelMessage(DeskModel):
    """A message at a vendor, and the message of the ticket that it is, or is a part of.

    A key of the vendor's IDs makes a second message impossible, however often and in whatever
    order it arrives. message: None for history, and for what was written outside of Plumbline.
    part: of an answer that was split, from 0. notice: the kind of an automatic message, which is no
    message of the ticket.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    direction = models.CharField(max_length=3, choices=Direction.choices)
    external_id = models.CharField(max_length=190, default="")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="parts")
    part = models.PositiveSmallIntegerField(default=0)
    notice = models.CharField(max_length=10, default="")
    state = models.CharField(max_length=9, choices=PartState.choices)
    problem = LineField(max_length=500, default="")
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("channel message")
        verbose_name_plural = _("channel messages")
        ordering = ["written_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"],
                condition=~models.Q(external_id=""),
                name="channel_message_once",
            ),
            models.UniqueConstraint(
                fields=["message", "part"],
                condition=models.Q(direction=Direction.OUT),
                name="channel_part_once",
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "written_at"], name="channel_message_by_age"),
        ]

    def __str__(self) -> str:
        return self.external_id or f"Part {self.part}"

    def describe(self) -> dict[str, Any]:
        """Return what a page shows of its delivery: state, problem and time."""
        return {"state": self.state, "problem": self.problem, "at": self.changed_at}
