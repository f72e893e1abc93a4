"""Messages, notes and attachments.

Public messages and internal notes are two tables and two types: whatever goes out is built from
Message, which can't hold a note; a Note has no way out.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models.choices import Channel
from tickets.models.side_conversations import SideMessage
from tickets.models.tickets import Ticket
from tickets.sentences.remarks import describe_remark


class Message(DeskModel):
    """A public message of the customer or an agent, which both read.

    Without an author, the company wrote it outside of Plumbline, such as on its page's own inbox.
    """

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,
        verbose_name=_("ticket"),
    )
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("contact"),
    )
    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("agent"),
    )
    via = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("written to"),
        help_text=_(
            "The merged ticket that it was written to, if only its customers may read it in the "
            "portal."
        ),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    body_text = LinesField(_("text"))
    body_html = models.TextField(_("HTML"), blank=True, default="", help_text=_("Sanitized."))
    quoted_text = models.TextField(
        _("quoted text"),
        blank=True,
        default="",
        help_text=_("Earlier messages that the sender quoted."),
    )
    is_automatic = models.BooleanField(
        _("automatic"), default=False, help_text=_("An automatic reply; changes no status.")
    )
    remark_data = models.JSONField(
        _("remarks"),
        default=list,
        db_column="remarks",
        help_text=_("Parts of the original that could not be read, by code."),
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=True) | models.Q(agent__isnull=True),
                name="message_author",
            )
        ]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket"),
            models.Index(
                fields=["via"], condition=models.Q(via__isnull=False), name="message_via_merged"
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def is_from_customer(self) -> bool:
        return self.contact_id is not None

    @property
    def remarks(self) -> list[str]:
        """The remarks as sentences in the active language."""
        return [describe_remark(remark) for remark in self.remark_data]


class Note(DeskModel):
    """An internal note, which only agents read."""

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="notes",
        db_index=False,
        verbose_name=_("ticket"),
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.PROTECT, related_name="+", verbose_name=_("agent")
    )
    body_text = LinesField(_("text"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="note_of_ticket")]

    def __str__(self) -> str:
        return f"Note {self.pk}"


class Attachment(DeskModel):
    """A file of a message, note or side message. Storage keeps its bytes under a random name."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="attachments"
    )
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, related_name="attachments")
    side_message = models.ForeignKey(
        SideMessage,
        on_delete=models.CASCADE,
        null=True,
        related_name="attachments",
        db_index=False,
    )
    name = LineField(
        _("name"), max_length=200, help_text=_("The sender's name for it, never used as a path.")
    )
    content_type = models.CharField(_("content type"), max_length=120)
    size = models.BigIntegerField(_("size"), help_text=_("In bytes."))
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=250, blank=True, default="")
    file = models.FileField(
        max_length=200, blank=True, help_text=_("Empty while the file is missing.")
    )
    preview = models.FileField(
        max_length=200, blank=True, help_text=_("The image, encoded again; empty for other files.")
    )
    preview_pixels = models.PositiveIntegerField(
        default=0, help_text=_("Number of pixels, for images with a preview. 0 for other files.")
    )
    preview_due_at = models.DateTimeField(
        null=True,
        help_text=_("When its preview is tried next. Empty if none is waiting."),
    )
    preview_attempts = models.PositiveSmallIntegerField(default=0)
    preview_problem = models.CharField(
        max_length=20, blank=True, default="", help_text=_("Why an image has no preview.")
    )
    removed_at = models.DateTimeField(
        _("removed"), null=True, help_text=_("When an agent deleted the file; its name stays.")
    )
    packet = models.JSONField(
        _("support packet"),
        default=dict,
        db_default={},
        help_text=_("What was read from a support packet. Empty for other files."),
    )
    packet_due_at = models.DateTimeField(
        null=True, help_text=_("When the archive is read next. Empty if it doesn't wait for that.")
    )
    packet_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    message__isnull=False, note__isnull=True, side_message__isnull=True
                )
                | models.Q(message__isnull=True, note__isnull=False, side_message__isnull=True)
                | models.Q(message__isnull=True, note__isnull=True, side_message__isnull=False),
                name="attachment_one_parent",
            )
        ]
        indexes = [
            models.Index(
                fields=["preview_due_at"],
                condition=models.Q(preview_due_at__isnull=False),
                name="attachment_preview_due",
            ),
            models.Index(
                fields=["packet_due_at"],
                condition=models.Q(packet_due_at__isnull=False),
                name="attachment_packet_due",
            ),
            models.Index(
                fields=["side_message"],
                condition=models.Q(side_message__isnull=False),
                name="attachment_of_side_message",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ticket(self) -> Ticket:
        """The ticket whose message, note or side message has the file."""
        if self.side_message is not None:
            return self.side_message.side.ticket
        parent = self.message or self.note
        assert parent is not None  # noqa: S101 (constraint attachment_one_parent)
        return parent.ticket

    @property
    def is_missing(self) -> bool:
        return not self.file

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def is_preview_due(self) -> bool:
        return self.preview_due_at is not None
