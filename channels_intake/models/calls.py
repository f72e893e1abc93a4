"""Calls to other systems (code hosts, team chat, paging), stored before they are sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models import Ticket


class CallKind(models.TextChoices):
    """Kinds of connections that calls go to. Each has a connector (calls/connectors.py)."""

    CODE_HOST = "code_host", _("Code host")
    TEAM_CHAT = "team_chat", _("Team chat")
    PAGING = "paging", _("Paging")
    CHANNEL = "channel", _("Channel")


class CallState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("outgoing call", "Queued")
    SENT = "sent", pgettext_lazy("outgoing call", "Sent")
    FAILED = "failed", pgettext_lazy("outgoing call", "Failed")


class OutgoingCall(DeskModel):
    """One HTTP request to another system. It is sent once, after the commit.

    key: unique per desk, so that a task that runs twice adds no second call. lane: the calls of a
    connection with the same lane are sent in order. path and body hold no secrets; the connector
    adds the URL and the credentials. data: what the connector needs to use the response.
    claimed_until: until then, no other worker sends it.
    """

    kind = models.CharField(_("system"), max_length=12, choices=CallKind.choices)
    connection_id = models.BigIntegerField(_("connection"))
    lane = models.CharField(max_length=60, blank=True, default="", editable=False)
    key = models.CharField(_("key"), max_length=120)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("ticket")
    )
    is_urgent = models.BooleanField(_("urgent"), default=False)
    method = models.CharField(_("method"), max_length=6, default="POST")
    path = LineField(_("path"), max_length=500, blank=True, default="")
    body = models.JSONField(_("body"), default=dict)
    data = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        _("state"), max_length=6, choices=CallState.choices, default=CallState.QUEUED
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))
    gives_up_at = models.DateTimeField(_("tried until"))
    claimed_until = models.DateTimeField(null=True, editable=False)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    summary = LineField(_("response"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("outgoing call")
        verbose_name_plural = _("outgoing calls")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "key"], name="outgoing_call_once"),
        ]
        indexes = [
            models.Index(
                fields=["desk", "kind", "connection_id", "lane", "id"],
                condition=models.Q(state="queued"),
                name="call_in_order",
            ),
            models.Index(
                fields=["next_try_at"], condition=models.Q(state="queued"), name="call_due"
            ),
            models.Index(
                fields=["created_at"], condition=~models.Q(state="queued"), name="call_by_age"
            ),
            models.Index(fields=["desk", "-id"], name="call_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.key}"
