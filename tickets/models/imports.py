"""Imports from another help desk: runs, their staged records, what they made, and problems."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agent, DeskModel, KeylessDeskModel
from accounts.models.fields import LineField

MAX_SOURCE_ID = 190
MAX_NUMBER = 40


class ImportState(models.TextChoices):
    """States of a run, in their usual order."""

    READING = "reading", pgettext_lazy("import", "Reading the file")
    PREVIEWED = "previewed", pgettext_lazy("import", "Ready to review")
    RUNNING = "running", pgettext_lazy("import", "Running")
    PAUSED = "paused", pgettext_lazy("import", "Paused")
    DONE = "done", pgettext_lazy("import", "Finished")
    FAILED = "failed", pgettext_lazy("import", "Failed")
    CANCELED = "canceled", pgettext_lazy("import", "Canceled")


UNFINISHED = (
    ImportState.READING,
    ImportState.PREVIEWED,
    ImportState.RUNNING,
    ImportState.PAUSED,
)


class ImportRun(DeskModel):
    """An import of one uploaded file (tickets/exchange). Only tickets/exchange changes it.

    reader: the key of the format in tickets/exchange/readers.py. source: whose IDs the file has,
    so that a second file from there updates what the first one made. mapping: as Mapping of
    tickets/exchange/mapping.py reads it. was_read: records that are staged. cursor: the place of
    the last staged record that was imported, as a list [phase, key, id]; empty before the first.
    counts: {kind: {outcome: number}}.
    """

    reader = models.CharField(_("format"), max_length=20)
    source = LineField(_("source"), max_length=40)
    file = models.FileField(max_length=200, blank=True)
    file_name = LineField(_("file"), max_length=200)
    state = models.CharField(
        _("state"), max_length=9, choices=ImportState.choices, default=ImportState.READING
    )
    mapping = models.JSONField(_("mapping"), default=dict)
    preview = models.JSONField(_("preview"), default=dict)
    counts = models.JSONField(_("counts"), default=dict)
    was_read = models.PositiveIntegerField(_("records read"), default=0)
    handled = models.PositiveIntegerField(_("records imported"), default=0)
    cursor = models.JSONField(default=list)
    agent = models.ForeignKey(
        Agent,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("started by"),
    )
    error = models.TextField(_("error"), blank=True, default="")
    created_at = models.DateTimeField(_("uploaded"))
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk"],
                condition=models.Q(state__in=["running", "paused"]),
                name="import_one_at_a_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["desk", "id"],
                condition=models.Q(state__in=["reading", "running"]),
                name="import_unfinished",
            ),
            models.Index(fields=["created_at"], name="import_by_age"),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED


class ImportRecord(KeylessDeskModel):
    """A record of a run's file, until the run has ended. Ordered by phase, key and id.

    key: of all records of one ticket the same, so that a ticket is imported as a whole.
    """

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="records", db_index=False
    )
    phase = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=MAX_SOURCE_ID + 20, db_collation="C")
    kind = models.CharField(max_length=12)
    source_id = models.CharField(max_length=MAX_SOURCE_ID)
    data = models.JSONField()

    class Meta:
        verbose_name = _("record of an import")
        verbose_name_plural = _("records of imports")
        indexes = [
            models.Index(fields=["run", "phase", "key", "id"], name="import_record_order"),
            models.Index(fields=["run", "kind", "source_id"], name="import_record_by_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"


class ImportedRow(KeylessDeskModel):
    """A row that an import made or matched, by its ID in the source.

    row_id: of our row, in the table of its kind. number: of a ticket, as people know it from the
    source. digest: of the record as it was imported last, so that an unchanged one is left alone.
    """

    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    source_id = models.CharField(max_length=MAX_SOURCE_ID)
    row_id = models.BigIntegerField()
    number = models.CharField(max_length=MAX_NUMBER, blank=True, default="")
    digest = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "source", "kind", "source_id"], name="imported_row_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["desk", "number"],
                condition=~models.Q(number=""),
                name="imported_number",
            ),
            models.Index(
                fields=["row_id"], condition=models.Q(kind="ticket"), name="imported_ticket"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} of {self.source}"


class ImportProblem(KeylessDeskModel):
    """A record, or a part of it, that could not be taken.

    code, data: a sentence of tickets/exchange/problems.py.
    """

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="problems", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12)
    source_id = models.CharField(_("ID in the source"), max_length=MAX_SOURCE_ID)
    code = models.CharField(max_length=30)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("problem of an import")
        verbose_name_plural = _("problems of imports")
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "id"], name="import_problem_of_run")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}: {self.code}"
