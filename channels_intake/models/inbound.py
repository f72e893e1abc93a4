"""Received raw messages, of any mail provider."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Desk
from accounts.models.fields import LineField
from channels_intake.mime.envelope import Authentication
from channels_intake.models.mailboxes import Mailbox
from channels_intake.reasons import describe_reason
from tickets.models import Message, SideMessage, Ticket


class InboundState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("inbound email", "Received, not processed yet")
    PROCESSED = "processed", pgettext_lazy("inbound email", "On a ticket")
    DUPLICATE = "duplicate", pgettext_lazy("inbound email", "Duplicate")
    QUARANTINED = "quarantined", pgettext_lazy("inbound email", "Quarantined")
    FAILED = "failed", pgettext_lazy("inbound email", "Failed")


ONCE_PER_DESK = "inbound_once_per_desk"
HELD_STATES = (InboundState.QUARANTINED, InboundState.FAILED)


class InboundMessage(models.Model):
    """A raw message, stored before it is acknowledged. Its desk is known once it is processed.

    Text fields hold what could be read of the email, cut to the column. `authentication` and
    `automatic` are the verdicts of channels_intake/mime; `reason` and `reason_data` say what became
    of it (channels_intake/reasons.py).
    """

    desk = models.ForeignKey(
        Desk, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.SET_NULL, null=True, db_index=False, verbose_name=_("mailbox")
    )
    provider = models.CharField(
        _("provider"), max_length=20, help_text=_("postmark, mailgun, sendgrid, mailjet, raw")
    )
    content_type = models.CharField(_("content type"), max_length=200)
    raw = models.BinaryField()  # stored apart from the row, compressed (migration 0007)
    raw_deleted_at = models.DateTimeField(
        _("source deleted at"),
        null=True,
        help_text=_("Desks keep the raw source of an email for a limited time."),
    )
    sha256 = models.CharField(max_length=64)
    envelope_recipient = models.CharField(
        _("envelope recipient"), max_length=254, blank=True, default="", help_text=_("SMTP RCPT TO")
    )
    envelope_sender = models.CharField(
        _("envelope sender"), max_length=254, blank=True, default="", help_text=_("SMTP MAIL FROM")
    )
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(
        _("state"), max_length=12, choices=InboundState.choices, default=InboundState.RECEIVED
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True, default="")
    reason_data = models.JSONField(blank=True, default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    sender = models.CharField(_("sender"), max_length=254, blank=True, default="")
    subject = LineField(_("subject"), max_length=250, blank=True, default="")
    rfc_message_id = models.CharField(_("Message-ID"), max_length=250, blank=True, default="")
    content_hash = models.CharField(
        _("content hash"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Distinguishes emails with the same Message-ID."),
    )
    authentication = models.CharField(
        _("authentication"),
        max_length=4,
        choices=[(word.value, word.value) for word in Authentication],
        default=Authentication.NONE.value,
        help_text=_("The result of SPF, DKIM and DMARC for the sender's domain."),
    )
    automatic = models.CharField(
        _("automatic"),
        max_length=10,
        blank=True,
        default="",
        help_text=_("The kind of automatic email. Empty if a person wrote it."),
    )
    lacks_files = models.BooleanField(
        _("missing files"),
        default=False,
        help_text=_("An attachment couldn't be stored. It will be restored from the raw email."),
    )
    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.SET_NULL,
        null=True,
        related_name="inbound",
        verbose_name=_("ticket"),
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        related_name="inbound",
        verbose_name=_("message"),
    )
    side_message = models.ForeignKey(
        SideMessage,
        on_delete=models.SET_NULL,
        null=True,
        related_name="inbound",
        db_index=False,
        verbose_name=_("side message"),
    )
    discarded_at = models.DateTimeField(
        _("discarded at"),
        null=True,
        help_text=_("A discarded email is hidden. It is kept and can be restored."),
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("inbound email")
        verbose_name_plural = _("inbound emails")
        constraints = [
            models.UniqueConstraint(
                # Per desk: one email to two mailboxes of a desk is one message. Also used to find
                # the email that a reply refers to.
                fields=["desk", "rfc_message_id", "content_hash"],
                condition=models.Q(state__in=[InboundState.PROCESSED, InboundState.QUARANTINED])
                & ~models.Q(content_hash=""),
                name=ONCE_PER_DESK,
            ),
            # A foreign key with a NULL in it isn't checked (accounts/wall.py, KeysWithinDesk).
            models.CheckConstraint(
                condition=models.Q(desk__isnull=False)
                | models.Q(
                    mailbox__isnull=True,
                    ticket__isnull=True,
                    message__isnull=True,
                    side_message__isnull=True,
                ),
                name="inbound_refers_within_desk",
            ),
        ]
        indexes = [
            # Fair shares by desk (incoming/sql.py, DUE). An attempt changes none of these columns.
            models.Index(
                fields=["desk", "id"],
                condition=models.Q(state=InboundState.RECEIVED, mailbox__isnull=True),
                name="inbound_unread",
            ),
            models.Index(
                fields=["desk", "id"],
                condition=models.Q(state=InboundState.RECEIVED, mailbox__isnull=False),
                name="inbound_waits_for_desk",
            ),
            models.Index(
                fields=["received_at"],
                condition=models.Q(state=InboundState.RECEIVED),
                name="inbound_oldest_unread",
            ),
            models.Index(
                fields=["desk", "received_at"],
                condition=models.Q(
                    state__in=[InboundState.PROCESSED, InboundState.DUPLICATE],
                    raw_deleted_at__isnull=True,
                    lacks_files=False,
                ),
                name="inbound_with_source",
            ),
            models.Index(fields=["desk", "-id"], name="inbound_newest"),
            models.Index(
                fields=["side_message"],
                condition=models.Q(side_message__isnull=False),
                name="inbound_of_side_message",
            ),
            models.Index(
                fields=["id"], condition=models.Q(lacks_files=True), name="inbound_lacks_files"
            ),
            models.Index(
                fields=["desk", "-id"],
                condition=models.Q(state__in=HELD_STATES, discarded_at__isnull=True),
                name="inbound_held",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    @property
    def is_held(self) -> bool:
        """Return True if it isn't on a ticket, so a person must decide. Discarded ones count."""
        return self.state in HELD_STATES

    @property
    def explanation(self) -> str:
        """The reason for its state as a sentence in the active language, or ""."""
        return describe_reason(self.reason, self.reason_data)
