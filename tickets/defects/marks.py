"""Marks for work on defects that sweeps do: telling customers, and ranking.

A mark is written with the change that needs the work, here or by a trigger, and the sweep is queued
for after the commit. Marks that a sweep has seen are deleted when the work is done; what commits
in between has left its own, so no change is lost, and nobody waits for a sweep.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from tickets.models import Defect, DefectMark, DefectWork
from tickets.queueing import Queue, TaskName, queue_once_after_commit

TELL = TaskName("tickets.tasks.sweep_defect_updates", queue=Queue.BULK)
RANK = TaskName("tickets.tasks.sweep_defect_ranks", queue=Queue.BULK)


def mark_to_rank(defect: Defect) -> None:
    """Have the rank of a defect computed."""
    _mark(defect, DefectWork.RANK)


def mark_to_tell(defect: Defect) -> None:
    """Have the customers of a defect told what is new, and its rank computed."""
    _mark(defect, DefectWork.TELL, DefectWork.RANK)


def queue_updates() -> None:
    """Queue the sweeps after the commit, for work that triggers have marked."""
    queue_once_after_commit(TELL)
    queue_once_after_commit(RANK)


def list_marks(work: DefectWork) -> QuerySet[DefectMark]:
    """Return the marks of one kind of work."""
    return DefectMark.objects.filter(work=work)


def delete_marks(ids: Collection[int]) -> None:
    """Delete marks whose work is done. Pass those that were read before the work began."""
    DefectMark.objects.filter(pk__in=ids).delete()


def _mark(defect: Defect, *works: DefectWork) -> None:
    DefectMark.objects.bulk_create(
        DefectMark(desk_id=defect.desk_id, defect=defect, work=work) for work in works
    )
    queue_updates()
