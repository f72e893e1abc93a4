"""Fields of a desk's request form (M90-M95), and forms that were submitted already."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.tickets import Ticket


class FieldKind(models.TextChoices):
    TEXT = "text", _("One line of text")
    SELECT = "select", _("One of the choices")


class FormField(DeskModel):
    """A desk's own field in its request form. Ticket.fields keeps the answers by key."""

    key = models.CharField(
        _("key"),
        max_length=30,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_]*$", _("Use lowercase letters, digits and underscores only.")
            )
        ],
        help_text=_(
            "Answers are stored under this key. If the key is “description”, the help text is "
            "shown with the description field."
        ),
    )
    label = LineField(_("label"), max_length=80)
    kind = models.CharField(
        _("kind"), max_length=6, choices=FieldKind.choices, default=FieldKind.TEXT
    )
    choices = models.JSONField(
        _("choices"),
        default=list,
        blank=True,
        help_text=_('For a choice field: a list, such as ["Web", "Mobile"].'),
    )
    help_text = models.CharField(
        _("help text"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("Web addresses become links."),
    )
    is_required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("request form field")
        verbose_name_plural = _("request form fields")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "key"], name="form_field_key_unique")
        ]

    def __str__(self) -> str:
        return self.label


class SubmittedForm(DeskModel):
    """The token of a form or API request, so that the work of one sent twice is done once."""

    token = models.CharField(max_length=64)
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, null=True, related_name="+"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    fingerprint = models.CharField(
        max_length=64,
        db_default="",
        help_text=_("SHA-256 of an API request; empty for a form."),
    )
    made_id = models.BigIntegerField(null=True, help_text=_("The id of the row that it created."))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("submitted form")
        verbose_name_plural = _("submitted forms")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "contact", "token"],
                nulls_distinct=False,
                name="form_submitted_once",
            )
        ]
        indexes = [models.Index(fields=["desk", "created_at"], name="form_oldest")]

    def __str__(self) -> str:
        return self.token
