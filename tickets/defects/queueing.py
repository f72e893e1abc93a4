"""Queueing of the work on defects: telling customers, and ranking."""

from __future__ import annotations

from tickets.queueing import Queue, TaskName, queue_once_after_commit

TELL = TaskName("tickets.tasks.sweep_defect_updates", queue=Queue.BULK)
RANK = TaskName("tickets.tasks.sweep_defect_ranks", queue=Queue.BULK)


def queue_updates(desk_id: int) -> None:
    """Have customers told, and ranks computed, after the commit."""
    queue_once_after_commit(TELL)
    queue_once_after_commit(RANK)
