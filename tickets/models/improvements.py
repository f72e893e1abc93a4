"""Product feedback of closed tickets: documentation to write, and features (M64)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.tickets import Ticket


class ImprovementKind(models.TextChoices):
    """Lists of improvements. The third one, of bugs, is that of the defects."""

    DOCUMENTATION = "documentation", pgettext_lazy("product feedback", "Documentation")
    FEATURE = "feature", pgettext_lazy("product feedback", "Feature requests")


class ImprovementStatus(models.TextChoices):
    """Decisions about an improvement."""

    OPEN = "open", pgettext_lazy("status of product feedback", "Open")
    DONE = "done", pgettext_lazy("status of product feedback", "Done")
    DECLINED = "declined", pgettext_lazy("status of product feedback", "Declined")


class Improvement(DeskModel):
    """One thing that tickets ask for. Internal: customers never see it.

    merged_into: the entry that has its tickets now. The title of a merged one still finds it.
    """

    kind = models.CharField(_("list"), max_length=13, choices=ImprovementKind.choices)
    title = LineField(_("title"), max_length=200)
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=ImprovementStatus.choices,
        default=ImprovementStatus.OPEN,
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="merged", db_index=False
    )
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        verbose_name = _("product feedback")
        verbose_name_plural = _("product feedback")
        ordering = ["id"]
        indexes = [
            models.Index("desk", "kind", Lower("title"), name="improvement_title"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="improvement_merged",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ImprovementLink(DeskModel):
    """A ticket that asks for an improvement."""

    improvement = models.ForeignKey(
        Improvement, on_delete=models.CASCADE, related_name="links", verbose_name=_("feedback")
    )
    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="improvement_links",
        db_index=False,
        verbose_name=_("ticket"),
    )
    linked_at = models.DateTimeField(_("linked"))

    class Meta:
        verbose_name = _("ticket of product feedback")
        verbose_name_plural = _("tickets of product feedback")
        ordering = ["-linked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "improvement"], name="improvement_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.improvement_id}: ticket {self.ticket_id}"
