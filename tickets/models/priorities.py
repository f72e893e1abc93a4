"""The priorities that a desk's tickets can get."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk, DeskModel
from accounts.models.fields import LineField
from accounts.texts import find_translation


class PriorityQuerySet(models.QuerySet["Priority"]):
    def offered(self, *, desk: Desk, besides: Priority | None = None) -> PriorityQuerySet:
        """Return the priorities that a ticket of the desk can get. besides: its present one."""
        present = models.Q(pk=besides.pk) if besides else models.Q()
        return self.filter(models.Q(is_retired=False) | present, desk=desk)


class Priority(DeskModel):
    """A desk's priority, ranked from 1 (highest), with its published definition.

    M32, M40-M42; the default for email is M33.
    """

    name = LineField(_("name"), max_length=20)
    rank = models.PositiveSmallIntegerField(_("rank"), help_text=_("1 is the highest."))
    definition = models.TextField(_("definition"), blank=True, default="")
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_(
            "How much of an agent's capacity an open ticket takes. With 3, it counts as three"
            " tickets."
        ),
    )
    is_mail_default = models.BooleanField(
        _("default for email"),
        default=False,
        help_text=_("Tickets that arrive by email get this priority."),
    )
    allows_emergencies = models.BooleanField(
        _("for emergencies"),
        default=False,
        help_text=_("Customers can report an emergency with this priority."),
    )
    is_retired = models.BooleanField(
        _("retired"),
        default=False,
        help_text=_(
            "No longer offered. Tickets that have it keep it. It comes after all other priorities."
        ),
    )
    # For readers of other languages: {"de": {"name": "Hoch", "definition": "..."}}.
    translations = models.JSONField(default=dict, blank=True, editable=False)

    objects = PriorityQuerySet.as_manager()

    class Meta:
        ordering = ["rank"]
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        constraints = [
            # Deferred, so that a new order is saved row by row.
            models.UniqueConstraint(
                fields=["desk", "rank"],
                name="priority_rank_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["desk", "name"], name="priority_name_unique"),
            models.UniqueConstraint(
                fields=["desk"],
                condition=models.Q(is_mail_default=True),
                name="priority_one_mail_default",
            ),
            models.CheckConstraint(
                condition=models.Q(is_mail_default=False) | models.Q(is_retired=False),
                name="priority_default_not_retired",
                violation_error_message=_(
                    "The default for email can't be retired. Make another priority the default "
                    "first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.localized_name

    @property
    def localized_name(self) -> str:
        """The name in the active language, or else the desk's own.

        Events, the audit log and the API keep the desk's own name.
        """
        return find_translation(self.translations, "name") or self.name

    @property
    def localized_definition(self) -> str:
        """The definition in the active language, or else the desk's own."""
        return find_translation(self.translations, "definition") or self.definition
