"""A desk's own fields of tickets (M90-M95), and forms that were submitted already."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.choices import State
from tickets.models.tickets import Ticket

MAX_FIELDS = 40  # of a desk
REQUIRABLE = (State.INVESTIGATING, State.WAITING, State.ESCALATED, State.CLOSED)
MAX_LINE = 200  # characters of a value that isn't a long text


class FieldKind(models.TextChoices):
    TEXT = "text", _("One line of text")
    LONG = "long", _("Multiple lines of text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    SELECT = "select", _("One of the choices")
    VERSION = "version", _("Version")
    CHECKBOX = "checkbox", _("Checkbox")
    LINK = "link", _("Link")


class FormField(DeskModel):
    """A desk's own field of tickets, in the request form or for agents only.

    Ticket.fields keeps the values by key, as text (tickets/fields/values.py). A trigger copies them
    to FieldValue, for filters.
    """

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
        _("kind"), max_length=8, choices=FieldKind.choices, default=FieldKind.TEXT
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
    is_asked = models.BooleanField(
        _("in the request form"),
        default=True,
        db_default=True,
        help_text=_(
            "Customers fill it in and see its value in the portal. If you clear this, only agents "
            "do. A field with a department, a product or a condition is for agents only."
        ),
    )
    is_required = models.BooleanField(
        _("required"), default=False, help_text=_("In the request form.")
    )
    required_for = models.CharField(
        _("required for"),
        max_length=14,
        choices=[(state.value, state.label) for state in REQUIRABLE],
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Agents can't change a ticket to this status until the field is filled in. Spam and "
            "duplicates can always be closed."
        ),
    )
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Only for tickets of this department. Leave it empty for all."),
    )
    product = models.ForeignKey(
        "accounts.Product",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
        help_text=_("Only for tickets about this product. Leave it empty for all."),
    )
    shown_if = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shown if"),
        help_text=_("Shown only if this other field has the value below."),
    )
    shown_value = LineField(
        _("value of that field"),
        max_length=MAX_LINE,
        blank=True,
        default="",
        db_default="",
        help_text=_("For a checkbox: “yes” or “no”."),
    )
    is_retired = models.BooleanField(
        _("retired"),
        default=False,
        db_default=False,
        help_text=_(
            "A retired field can no longer be filled in. Tickets keep their values. A field that "
            "has values can't be deleted."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("ticket field")
        verbose_name_plural = _("ticket fields")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "key"], name="form_field_key_unique")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_public(self) -> bool:
        """True if customers fill it in and see its value: not with a condition of its own."""
        return self.is_asked and not (self.department_id or self.product_id or self.shown_if_id)


class FieldValue(DeskModel):
    """A ticket's value of a field, typed so that filters compare it by an index.

    A trigger on tickets_ticket writes it (tickets/migrations/0051_properties.py), so never do.
    text: the value, cut to MAX_LINE characters. sorted_as: of a version, so that 4.10 follows 4.9.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="field_values", db_index=False
    )
    field = models.ForeignKey(
        FormField, on_delete=models.PROTECT, related_name="values", db_index=False
    )
    text = models.CharField(max_length=MAX_LINE)
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)
    sorted_as = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        verbose_name = _("ticket field value")
        verbose_name_plural = _("ticket field values")
        constraints = [models.UniqueConstraint(fields=["ticket", "field"], name="field_value_once")]
        indexes = [
            models.Index(fields=["field", "text", "ticket"], name="field_value_text"),
            models.Index(
                fields=["field", "number", "ticket"],
                condition=models.Q(number__isnull=False),
                name="field_value_number",
            ),
            models.Index(
                fields=["field", "day", "ticket"],
                condition=models.Q(day__isnull=False),
                name="field_value_day",
            ),
            models.Index(
                fields=["field", "sorted_as", "ticket"],
                condition=~models.Q(sorted_as=""),
                name="field_value_version",
            ),
        ]

    def __str__(self) -> str:
        return self.text


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
    status = models.PositiveSmallIntegerField(
        null=True, help_text=_("The HTTP status of an API request's response.")
    )
    location = models.CharField(
        max_length=200,
        default="",
        db_default="",
        help_text=_("The path below the desk that shows what an API request did, if any."),
    )
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
