"""Bulk changes: many tickets changed at once, in slices in the background."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel, KeylessDeskModel
from tickets.models.tickets import Ticket


class BulkJob(DeskModel):
    """A change of many tickets that an agent asked for.

    acts: as tickets/macros/acts.py reads them, or of a merge as tickets/bulk/merging.py does; {}
    for an undo. macro: the name of the macro that they come from, or "". undo_of: the job whose
    changes this one takes back.
    """

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="+", verbose_name=_("agent")
    )
    acts = models.JSONField(_("changes"), default=dict)
    macro = models.CharField(_("macro"), max_length=80, blank=True, default="")
    macro_id = models.BigIntegerField(null=True)
    undo_of = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, related_name="undo", verbose_name=_("undo of")
    )
    created_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["desk", "id"],
                condition=models.Q(finished_at__isnull=True),
                name="bulk_job_unfinished",
            ),
            models.Index(fields=["created_at"], name="bulk_job_by_age"),
        ]

    def __str__(self) -> str:
        return f"Bulk change {self.pk}"

    @property
    def sends_messages(self) -> bool:
        """True if customers get a message, which can't be undone."""
        return bool(self.acts.get("reply"))


class ItemState(models.TextChoices):
    """The outcome of a bulk change for one ticket."""

    DUE = "due", pgettext_lazy("ticket in a bulk change", "Waiting")
    DONE = "done", pgettext_lazy("ticket in a bulk change", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("ticket in a bulk change", "Unchanged")
    REFUSED = "refused", pgettext_lazy("ticket in a bulk change", "Refused")


class BulkItem(KeylessDeskModel):
    """A ticket in a bulk change.

    reason: why it was refused, in the agent's language. before, after: its values, for the undo
    (tickets/bulk/values.py).
    """

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        _("state"), max_length=9, choices=ItemState.choices, default=ItemState.DUE
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("ticket in a bulk change")
        verbose_name_plural = _("tickets in bulk changes")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["job", "ticket"], name="bulk_ticket_once")]
        indexes = [
            models.Index(
                fields=["job", "id"],
                condition=models.Q(state="due"),
                name="bulk_item_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.ticket_id}"
