"""Both ends of the wire: what came in, raw, and what goes out (reliability.md, design rule 1)."""

from __future__ import annotations

import secrets
from base64 import b32encode

from django.db import models

from accounts.matching import normalize_email
from accounts.models import Desk, DeskModel
from channels_intake.mime.envelope import Authentication
from tickets.models import Message, Ticket, TicketEvent


class UnverifiedMail(models.TextChoices):
    MATCH = "match", "Match the account by domain all the same"
    HOLD = "hold", "Take it in as unverified, without an account"


class Mailbox(DeskModel):
    """An address that mail for the desk arrives at, and that its answers come from (M28)."""

    address = models.EmailField()
    name = models.CharField(max_length=80, help_text="Shown as the sender's name.")
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(
        default=False, help_text="Answers to portal requests come from here."
    )
    unverified_mail = models.CharField(
        max_length=5,
        choices=UnverifiedMail.choices,
        default=UnverifiedMail.HOLD,
        help_text="What to do with mail for which the provider states neither pass nor fail (SPF, DKIM, DMARC).",
    )
    verified_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when it is proven that the desk reads its mail."
    )
    code_hash = models.CharField(
        max_length=64, default="", editable=False, help_text="SHA-256 of the code."
    )
    code_sent_at = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["address"]
        verbose_name_plural = "mailboxes"
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "address"],
                name="mailbox_once_per_desk",
                violation_error_message="The desk has this mailbox already.",
            ),
            models.UniqueConstraint(
                fields=["address"],
                condition=models.Q(verified_at__isnull=False),
                name="mailbox_verified_once",
                violation_error_message="Mail for this address goes to another desk already.",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        self.address = normalize_email(self.address)


class InboundState(models.TextChoices):
    RECEIVED = "received", "Received, not yet read"
    PROCESSED = "processed", "On a ticket"
    DUPLICATE = "duplicate", "Duplicate of another"
    QUARANTINED = "quarantined", "Quarantined: a person must look"
    FAILED = "failed", "Failed: could not be read or delivered"


HELD_STATES = (InboundState.QUARANTINED, InboundState.FAILED)


class InboundMessage(models.Model):
    """Something that came in, stored raw before it is answered for. The desk is known once it is read."""

    desk = models.ForeignKey(
        Desk, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    mailbox = models.ForeignKey(Mailbox, on_delete=models.SET_NULL, null=True)
    provider = models.CharField(
        max_length=20, help_text="postmark, mailgun, sendgrid, mailjet or raw."
    )
    content_type = models.CharField(max_length=200)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    envelope_recipient = models.CharField(
        max_length=254,
        blank=True,
        default="",
        help_text="SMTP's RCPT TO, when whoever handed it in said so.",
    )
    envelope_sender = models.CharField(
        max_length=254, blank=True, default="", help_text="SMTP's MAIL FROM."
    )
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=InboundState.choices, default=InboundState.RECEIVED
    )
    reason = models.TextField(blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sender = models.CharField(max_length=254, blank=True, default="")
    subject = models.CharField(max_length=250, blank=True, default="")
    rfc_message_id = models.CharField(max_length=250, blank=True, default="")
    content_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="Of the mail as read."
    )
    authentication = models.CharField(
        max_length=4,
        choices=[(word.value, word.value) for word in Authentication],
        default=Authentication.NONE.value,
        help_text="Whether the sender's domain vouched for it.",
    )
    automatic = models.CharField(
        max_length=10,
        blank=True,
        default="",
        help_text="Why it counts as written by a machine; else empty.",
    )
    lacks_files = models.BooleanField(
        default=False,
        help_text="Storage had no room for a file of it; the raw mail still holds it.",
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="inbound")
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, related_name="inbound"
    )
    discarded_at = models.DateTimeField(
        null=True,
        help_text="Since when a held mail is out of the way; it is kept, and can be put back.",
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "rfc_message_id", "content_hash"],
                condition=models.Q(state__in=[InboundState.PROCESSED, InboundState.QUARANTINED]),
                name="inbound_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state=InboundState.RECEIVED),
                name="inbound_unread",
            ),
            models.Index(
                fields=["desk", "rfc_message_id"],
                condition=~models.Q(rfc_message_id=""),
                name="inbound_message_id",
            ),
            models.Index(fields=["desk", "-id"], name="inbound_newest"),
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
        return self.subject or f"Inbound {self.pk}"

    @property
    def is_held(self) -> bool:
        """Whether it became no message, so that a person must look; a discarded one still is."""
        return self.state in HELD_STATES


class MailKind(models.TextChoices):
    RECEIPT = "receipt", "Receipt"
    REPLY = "reply", "Reply"
    REMINDER = "reminder", "Reminder"
    CLOSED = "closed", "Closed"


class MailState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class OutgoingEmail(DeskModel):
    """One mail to one person. Kept before it is sent, under the Message-ID that it is always sent with."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="outgoing")
    event = models.ForeignKey(TicketEvent, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="outgoing"
    )
    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    from_address = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320)
    to_address = models.CharField(max_length=254)
    to_canonical = models.CharField(
        max_length=254,
        blank=True,
        default="",
        help_text="The address without what reaches the same person; automatic mail is counted by it.",
    )
    subject = models.CharField(max_length=250)
    body_text = models.TextField()
    body_html = models.TextField(blank=True, default="")
    rfc_message_id = models.CharField(
        max_length=250, unique=True, help_text="Without the angle brackets."
    )
    in_reply_to = models.CharField(max_length=250, blank=True, default="")
    references = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.TextField(blank=True, default="")
    provider_id = models.CharField(max_length=250, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "contact", "kind"], name="mail_once_per_event_and_person"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state=MailState.QUEUED),
                name="mail_unsent",
            ),
            models.Index(
                fields=["provider_id"], condition=~models.Q(provider_id=""), name="mail_provider_id"
            ),
            models.Index(
                fields=["desk", "to_canonical", "created_at"],
                condition=models.Q(kind__in=[MailKind.RECEIPT, MailKind.REMINDER, MailKind.CLOSED]),
                name="mail_automatic_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.to_address}"


def new_token() -> str:
    """130 random bits in 26 letters and digits that survive a mail address: lower-case base32."""
    return b32encode(secrets.token_bytes(17)).decode().lower()[:26]


class ReplyToken(DeskModel):
    """The secret in a Reply-To: it names one ticket and one person (reliability.md, design rule 4)."""

    token = models.CharField(max_length=26, unique=True, default=new_token)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "contact"], name="reply_token_once")
        ]

    def __str__(self) -> str:
        return f"Token of ticket {self.ticket_id}"
