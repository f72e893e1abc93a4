"""Tags: a desk's own words for its tickets, set by routing rules and agents."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel, KeylessDeskModel
from accounts.models.fields import LineField
from tickets.models.tickets import Ticket


class Tag(DeskModel):
    """A tag that tickets of the desk can have."""

    name = LineField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "desk",
                Lower("name"),
                name="tag_name_unique",
                violation_error_message=_("This tag already exists."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TicketTag(KeylessDeskModel):
    """A tag of a ticket."""

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="ticket_tags",
        db_index=False,
        verbose_name=_("ticket"),
    )
    tag = models.ForeignKey(
        Tag,
        on_delete=models.CASCADE,
        related_name="ticket_tags",
        db_index=False,
        verbose_name=_("tag"),
    )

    class Meta:
        verbose_name = _("tag of a ticket")
        verbose_name_plural = _("tags of tickets")
        constraints = [models.UniqueConstraint(fields=["ticket", "tag"], name="ticket_tag_once")]
        indexes = [models.Index(fields=["tag", "ticket"], name="ticket_tag_tickets")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.tag_id}"
