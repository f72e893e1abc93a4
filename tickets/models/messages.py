"""What is said on a ticket.

Public and internal words are two tables and two types: whatever goes out is built from Message, which cannot
hold a note; a Note has no way out (reliability.md, design rule 6).
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Left

from accounts.models import DeskModel
from tickets.models.tickets import Channel, Ticket

SEARCHABLE = 100_000  # characters; PostgreSQL refuses a tsvector of over 1 MiB


class Message(DeskModel):
    """A public message: the customer's or an agent's, read by both."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, null=True, related_name="+"
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    body_text = models.TextField()
    body_html = models.TextField(blank=True, default="", help_text="Sanitised.")
    quoted_text = models.TextField(
        blank=True, default="", help_text="What the sender quoted below the answer."
    )
    is_automatic = models.BooleanField(
        default=False, help_text="Written by a machine; moves nothing."
    )
    remarks = models.JSONField(
        default=list, help_text="What could not be read of the original: tickets/remarks.py."
    )
    created_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=SearchVector(Left("body_text", SEARCHABLE), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False, agent__isnull=True)
                | models.Q(contact__isnull=True, agent__isnull=False),
                name="message_one_author",
            )
        ]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket"),
            GinIndex(fields=["search"], name="message_search"),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def is_from_customer(self) -> bool:
        return self.contact_id is not None


class Note(DeskModel):
    """An internal note: seen by the desk's people only."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="notes", db_index=False
    )
    agent = models.ForeignKey("accounts.Agent", on_delete=models.PROTECT, related_name="+")
    body_text = models.TextField()
    created_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=SearchVector(Left("body_text", SEARCHABLE), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="note_of_ticket"),
            GinIndex(fields=["search"], name="note_search"),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk}"


class Attachment(DeskModel):
    """A file of a message or of a note. The bytes stand in storage under a random name."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="attachments"
    )
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, related_name="attachments")
    name = models.CharField(
        max_length=200, help_text="As the sender called it; shown, never used as a path."
    )
    content_type = models.CharField(max_length=120)
    size = models.BigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=250, blank=True, default="")
    file = models.FileField(
        max_length=200, blank=True, help_text="Empty while the file is missing."
    )
    preview = models.FileField(
        max_length=200, blank=True, help_text="The image, re-encoded by us; else empty."
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(message__isnull=False, note__isnull=True)
                | models.Q(message__isnull=True, note__isnull=False),
                name="attachment_one_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_missing(self) -> bool:
        return not self.file
