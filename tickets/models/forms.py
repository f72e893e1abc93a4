"""What a desk asks in its request form besides subject, description and priority (M90-M95), and which forms
were already sent."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from accounts.models import DeskModel
from tickets.models.tickets import Ticket


class FieldKind(models.TextChoices):
    TEXT = "text", "One line of text"
    SELECT = "select", "One of the choices"


class FormField(DeskModel):
    """One question of a desk's own in its request form; the answers are kept in Ticket.fields by key."""

    key = models.CharField(
        max_length=30,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", "Small letters, digits and underscores.")],
        help_text="Answers are kept under it; “description” only adds its help text to that field.",
    )
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=FieldKind.choices, default=FieldKind.TEXT)
    choices = models.JSONField(
        default=list, blank=True, help_text='For a choice: a list of words, ["Web", "Mobile"].'
    )
    help_text = models.CharField(
        max_length=300, blank=True, default="", help_text="Addresses become links."
    )
    is_required = models.BooleanField("required", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "key"], name="form_field_key_unique")
        ]

    def __str__(self) -> str:
        return self.label


class SubmittedForm(DeskModel):
    """A form or a program's request that was sent: its token, so that sent again it does the work once only."""

    token = models.CharField(max_length=64)
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, null=True, related_name="+"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    fingerprint = models.CharField(
        max_length=64, db_default="", help_text="SHA-256 of what a program asked; empty for a form."
    )
    made_id = models.BigIntegerField(
        null=True, help_text="The ticket, message or note that it made."
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "contact", "token"],
                nulls_distinct=False,
                name="form_submitted_once",
            )
        ]

    def __str__(self) -> str:
        return self.token
