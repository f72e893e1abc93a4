"""Outgoing emails, and the tokens in their reply addresses."""

from __future__ import annotations

import secrets
from base64 import b32encode

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel, KeylessDeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models import Message, SideMessage, SideParticipant, Ticket, TicketEvent


class MailKind(models.TextChoices):
    RECEIPT = "receipt", pgettext_lazy("kind of email", "Receipt")
    REPLY = "reply", pgettext_lazy("kind of email", "Reply")
    COPY = "copy", pgettext_lazy("kind of email", "Copy")
    PHONE = "phone", pgettext_lazy("kind of email", "Follow-up to a call")
    REMINDER = "reminder", pgettext_lazy("kind of email", "Reminder")
    PROMISE = "promise", pgettext_lazy("kind of email", "New response time")
    ESCALATED = "escalated", pgettext_lazy("kind of email", "Escalation")
    DEFECT = "defect", pgettext_lazy("kind of email", "Update about a defect")
    CLOSED = "closed", pgettext_lazy("kind of email", "Ticket closed")
    SIDE = "side", pgettext_lazy("kind of email", "Side conversation")


class MailState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("outgoing email", "Queued")
    SENT = "sent", pgettext_lazy("outgoing email", "Sent")
    DELIVERED = "delivered", pgettext_lazy("outgoing email", "Delivered")
    FAILED = "failed", pgettext_lazy("outgoing email", "Failed")


class OutgoingEmail(DeskModel):
    """One email to one person, stored before it is sent.

    Its recipient is a contact, or a third party of a side conversation (SIDE), whose text is in
    side_message. It is always sent with the same Message-ID, stored without angle brackets.
    claimed_until: until then, no other worker sends it. Columns that change while it is sent aren't
    indexed, so the updates are HOT.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="outgoing", verbose_name=_("ticket")
    )
    event = models.ForeignKey(
        TicketEvent, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        related_name="outgoing",
        verbose_name=_("message"),
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("contact"),
    )
    third_party = models.ForeignKey(
        SideParticipant,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("third party"),
    )
    side_message = models.ForeignKey(
        SideMessage,
        on_delete=models.CASCADE,
        null=True,
        related_name="outgoing",
        db_index=False,
        verbose_name=_("side message"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=MailKind.choices)
    from_address = models.CharField(_("from"), max_length=320)
    reply_to = models.CharField(_("reply to"), max_length=320)
    to_address = models.CharField(_("to"), max_length=254)
    # accounts.matching.get_canonical_address: automatic email is counted by it.
    to_canonical = models.CharField(max_length=254, blank=True, default="")
    subject = LineField(_("subject"), max_length=250)
    body_text = LinesField(_("text"))
    body_html = models.TextField(blank=True, default="")
    promised_at = models.DateTimeField(
        _("promised first response"),
        null=True,
        help_text=_("The first response time that this email promised. Empty if none."),
    )
    # Too large for the mail server: it has a link to its files (channels_intake/outgoing/oversize).
    is_without_files = models.BooleanField(_("without files"), default=False, db_default=False)
    rfc_message_id = models.CharField(_("Message-ID"), max_length=250, unique=True)
    in_reply_to = models.CharField(_("In-Reply-To"), max_length=250, blank=True, default="")
    references = models.JSONField(_("References"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    claimed_until = models.DateTimeField(null=True)
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
            ),
            models.UniqueConstraint(
                fields=["third_party", "event"],
                condition=models.Q(third_party__isnull=False),
                name="mail_once_per_event_and_third_party",
            ),
            models.CheckConstraint(condition=~models.Q(to_address=""), name="mail_has_an_address"),
            models.CheckConstraint(
                condition=models.Q(
                    contact__isnull=False, third_party__isnull=True, side_message__isnull=True
                )
                | models.Q(
                    contact__isnull=True,
                    third_party__isnull=False,
                    side_message__isnull=False,
                    message__isnull=True,
                    kind=MailKind.SIDE,
                ),
                name="mail_to_contact_or_third_party",
            ),
        ]
        indexes = [
            models.Index(
                fields=["side_message"],
                condition=models.Q(side_message__isnull=False),
                name="mail_of_side_message",
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


# The urgency of emails that someone is waiting for, and of reminders and the like.
AWAITED, LEAST_URGENT = 0, 2


class UnsentMail(KeylessDeskModel):
    """A queued email, indexed in the order of sending.

    A trigger on OutgoingEmail keeps it (channels_intake/migrations/0009_unsent_mail.py): never
    write it.

    urgency: AWAITED for what agents write, 1 for receipts and copies, LEAST_URGENT for the rest.
    """

    mail = models.OneToOneField(
        OutgoingEmail, on_delete=models.CASCADE, primary_key=True, related_name="unsent"
    )
    urgency = models.PositiveSmallIntegerField()
    next_try_at = models.DateTimeField()

    class Meta:
        verbose_name = _("unsent email")
        verbose_name_plural = _("unsent emails")
        indexes = [
            models.Index(fields=["desk", "urgency", "next_try_at"], name="mail_by_urgency"),
            models.Index(fields=["next_try_at"], name="mail_unsent"),
        ]

    def __str__(self) -> str:
        return f"Unsent email {self.mail_id}"


def new_token() -> str:
    """Return 130 random bits as 26 characters that survive in an address: lower-case base32."""
    return b32encode(secrets.token_bytes(17)).decode().lower()[:26]


class ReplyToken(DeskModel):
    """The secret in a Reply-To. It names one ticket and one person."""

    token = models.CharField(max_length=26, unique=True, default=new_token)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "contact"], name="reply_token_once")
        ]

    def __str__(self) -> str:
        return f"Reply token {self.pk} of ticket {self.ticket_id}"


class SideReplyToken(DeskModel):
    """The secret in a Reply-To to a third party. It names one participant of a side conversation.

    It is no ReplyToken: with it nobody can write to the ticket's customers.
    """

    token = models.CharField(max_length=26, default=new_token)
    participant = models.OneToOneField(SideParticipant, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token"], name="side_reply_token")]

    def __str__(self) -> str:
        return f"Reply token {self.pk} of third party {self.participant_id}"
