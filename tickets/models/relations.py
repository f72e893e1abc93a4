"""Links between tickets, and a desk's own reasons for closing them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.tickets import Ticket


class LinkKind(models.TextChoices):
    """Kinds of links, as seen from the source. A merge and a follow-up are fields of the ticket."""

    RELATED = "related", pgettext_lazy("link between tickets", "Related")
    PARENT = "parent", pgettext_lazy("link between tickets", "Part of a problem")
    DUPLICATE = "duplicate", pgettext_lazy("link between tickets", "Duplicate")
    SPLIT = "split", pgettext_lazy("link between tickets", "Split off")


class TicketLink(DeskModel):
    """A link from a ticket to another one: the child's to its parent, the duplicate's to the other.

    Of two related tickets, the one with the lower ID is the source.
    """

    source = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="links_out", db_index=False
    )
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(_("kind"), max_length=9, choices=LinkKind.choices)
    linked_at = models.DateTimeField(_("linked"))

    class Meta:
        verbose_name = _("ticket link")
        verbose_name_plural = _("ticket links")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="ticket_link_once"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(kind=LinkKind.PARENT), name="ticket_one_parent"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="ticket_link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class ClosingReason(DeskModel):
    """A desk's own reason for closing a ticket."""

    name = LineField(_("name"), max_length=60)
    is_solution = models.BooleanField(
        _("counts as solved"),
        default=False,
        help_text=_("Tickets closed with this reason count as solved and meet their SLA target."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Clear this instead of deleting a reason.")
    )

    class Meta:
        verbose_name = _("reason for closing")
        verbose_name_plural = _("reasons for closing")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "desk",
                Lower("name"),
                name="closing_reason_name",
                violation_error_message=_("This reason already exists."),
            )
        ]

    def __str__(self) -> str:
        return self.name
