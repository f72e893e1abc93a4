"""Replies that wait to be sent, and files that belong to no message yet."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models.choices import Channel
from tickets.models.drafts import Draft
from tickets.models.tickets import Ticket


class HeldReason(models.TextChoices):
    """Why a reply that was due has not been sent."""

    CLOSED = "closed", _("The ticket was closed in the meantime.")
    NO_ACCESS = "no_access", _("Its author can no longer change this ticket.")
    REFUSED = "refused", _("The reply needs a change before it can be sent.")
    RECIPIENTS = "recipients", _("The people who would get it have changed since it was written.")
    FAILED = "failed", _("Something went wrong on our side.")


class PendingReply(DeskModel):
    """A public reply before it is sent: it can be undone until then, or is scheduled for later.

    then, next_update_at, channel, via: as in tickets.services.reply. send_at: when it is due.
    is_scheduled: the author chose the time. was_closed: it was written on a closed ticket.
    held_at: since when it isn't sent although it was due; held_reason: a HeldReason, held_detail: a
    sentence that explains it. awaits_approval: a colleague has to approve it first, and becomes its
    approver. recipients: who would have got it when it was written (tickets/replies/recipients.py),
    None for one of an earlier version. The row is deleted when the reply is sent or undone.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="pending_replies", verbose_name=_("ticket")
    )
    author = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", verbose_name=_("author")
    )
    text = LinesField(_("text"), blank=True)
    then = models.CharField(max_length=13, blank=True, default="")
    next_update_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=10, default=Channel.AGENT, db_default=Channel.AGENT)
    via = models.CharField(max_length=60, blank=True, default="")
    was_closed = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("created"))
    send_at = models.DateTimeField(_("sent at"))
    is_scheduled = models.BooleanField(_("scheduled"), default=False)
    held_at = models.DateTimeField(_("not sent since"), null=True)
    held_reason = models.CharField(
        max_length=10, choices=HeldReason.choices, blank=True, default=""
    )
    held_detail = models.TextField(blank=True, default="")
    awaits_approval = models.BooleanField(_("waits for approval"), default=False, db_default=False)
    approver = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    recipients = models.JSONField(null=True)

    class Meta:
        verbose_name = _("pending reply")
        verbose_name_plural = _("pending replies")
        ordering = ["send_at", "id"]
        indexes = [
            models.Index(
                fields=["desk", "send_at"],
                condition=models.Q(held_at__isnull=True),
                name="pending_reply_due",
            ),
            models.Index(
                fields=["desk", "created_at"],
                condition=models.Q(awaits_approval=True),
                name="pending_reply_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"Pending reply {self.pk}"


class UnsentFile(DeskModel):
    """A file of a draft or of a pending reply. Storage keeps its bytes under a random name."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="files")
    reply = models.ForeignKey(
        PendingReply, on_delete=models.CASCADE, null=True, related_name="files"
    )
    name = LineField(_("name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=120)
    size = models.BigIntegerField(_("size"), help_text=_("In bytes."))
    file = models.FileField(max_length=200)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("unsent file")
        verbose_name_plural = _("unsent files")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=False, reply__isnull=True)
                | models.Q(draft__isnull=True, reply__isnull=False),
                name="unsent_file_one_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name
