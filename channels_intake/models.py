"""Email in both directions: received raw messages and outgoing emails (reliability.md, rule 1)."""

from __future__ import annotations

import secrets
from base64 import b32encode

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.matching import normalize_email
from accounts.models import Desk, DeskModel
from channels_intake.mime.envelope import Authentication
from channels_intake.reasons import describe_reason
from tickets.models import Message, Ticket, TicketEvent


class UnverifiedMail(models.TextChoices):
    MATCH = "match", _("Match the account by domain anyway")
    HOLD = "hold", _("Accept it as unverified, without an account")


class Mailbox(DeskModel):
    """An address that the desk receives email at and replies from (M28)."""

    address = models.EmailField(_("address"))
    name = models.CharField(_("name"), max_length=80, help_text=_("Shown as the sender's name."))
    is_active = models.BooleanField(_("is active"), default=True)
    is_default = models.BooleanField(
        _("is default"),
        default=False,
        help_text=_("Replies to portal requests are sent from this address."),
    )
    unverified_mail = models.CharField(
        _("unverified email"),
        max_length=5,
        choices=UnverifiedMail.choices,
        default=UnverifiedMail.HOLD,
        help_text=_(
            "What to do with email when the provider reports neither pass nor fail (SPF, DKIM, "
            "DMARC)."
        ),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    # SHA-256 of the code that was mailed to the address
    code_hash = models.CharField(max_length=64, default="", editable=False)
    code_sent_at = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["address"]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "address"],
                name="mailbox_once_per_desk",
                violation_error_message=_("This desk already has this mailbox."),
            ),
            models.UniqueConstraint(
                fields=["address"],
                condition=models.Q(verified_at__isnull=False),
                name="mailbox_verified_once",
                violation_error_message=_("Another desk already receives email for this address."),
            ),
        ]

    def __str__(self) -> str:
        return self.address

    def clean(self) -> None:
        self.address = normalize_email(self.address)


class InboundState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("inbound email", "Received, not processed yet")
    PROCESSED = "processed", pgettext_lazy("inbound email", "On a ticket")
    DUPLICATE = "duplicate", pgettext_lazy("inbound email", "Duplicate")
    QUARANTINED = "quarantined", pgettext_lazy("inbound email", "Quarantined")
    FAILED = "failed", pgettext_lazy("inbound email", "Failed")


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
        Mailbox, on_delete=models.SET_NULL, null=True, verbose_name=_("mailbox")
    )
    provider = models.CharField(
        _("provider"), max_length=20, help_text=_("postmark, mailgun, sendgrid, mailjet, raw")
    )
    content_type = models.CharField(_("content type"), max_length=200)
    raw = models.BinaryField()
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
    subject = models.CharField(_("subject"), max_length=250, blank=True, default="")
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
        return self.subject or f"#{self.pk}"

    @property
    def is_held(self) -> bool:
        """Return True if it isn't on a ticket, so a person must decide. Discarded ones count."""
        return self.state in HELD_STATES

    @property
    def explanation(self) -> str:
        """The reason for its state as a sentence in the active language, or ""."""
        return describe_reason(self.reason, self.reason_data)


class MailKind(models.TextChoices):
    RECEIPT = "receipt", pgettext_lazy("kind of email", "Receipt")
    REPLY = "reply", pgettext_lazy("kind of email", "Reply")
    REMINDER = "reminder", pgettext_lazy("kind of email", "Reminder")
    CLOSED = "closed", pgettext_lazy("kind of email", "Ticket closed")


class MailState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("outgoing email", "Queued")
    SENT = "sent", pgettext_lazy("outgoing email", "Sent")
    DELIVERED = "delivered", pgettext_lazy("outgoing email", "Delivered")
    FAILED = "failed", pgettext_lazy("outgoing email", "Failed")


class OutgoingEmail(DeskModel):
    """One email to one person, stored before it is sent.

    It is always sent with the same Message-ID, stored without angle brackets.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="outgoing", verbose_name=_("ticket")
    )
    event = models.ForeignKey(TicketEvent, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        related_name="outgoing",
        verbose_name=_("message"),
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("contact")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=MailKind.choices)
    from_address = models.CharField(_("from"), max_length=320)
    reply_to = models.CharField(_("reply to"), max_length=320)
    to_address = models.CharField(_("to"), max_length=254)
    # accounts.matching.get_canonical_address: automatic email is counted by it.
    to_canonical = models.CharField(max_length=254, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=250)
    body_text = models.TextField(_("text"))
    body_html = models.TextField(blank=True, default="")
    rfc_message_id = models.CharField(_("Message-ID"), max_length=250, unique=True)
    in_reply_to = models.CharField(_("In-Reply-To"), max_length=250, blank=True, default="")
    references = models.JSONField(_("References"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    last_error = models.TextField(_("last error"), blank=True, default="")
    provider_id = models.CharField(_("provider's ID"), max_length=250, blank=True, default="")
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("outgoing email")
        verbose_name_plural = _("outgoing emails")
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
        return f"{self.get_kind_display()} → {self.to_address}"


def new_token() -> str:
    """Return 130 random bits as 26 characters that survive in an address: lower-case base32."""
    return b32encode(secrets.token_bytes(17)).decode().lower()[:26]


class ReplyToken(DeskModel):
    """The secret in a Reply-To. It names one ticket and one person (reliability.md, rule 4)."""

    token = models.CharField(max_length=26, unique=True, default=new_token)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "contact"], name="reply_token_once")
        ]

    def __str__(self) -> str:
        return f"Reply token {self.pk} of ticket {self.ticket_id}"
