"""Sweeps: what is due at all desks, and the batches of one desk.

A batch is one statement or transaction for many rows, until one of them fails. Then each row of the
batch is handled alone. A row that fails is set aside with its error and tried again later, alone,
at growing intervals, so that it doesn't block the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.failures import capture_failure, get_pause
from accounts.sweeps import sweep_desks
from tickets.models import SweepFailure, SweepKind
from tickets.queueing import requeue

WHOLE_BATCH = 0  # as row: the next batch is handled row by row from the start


def sweep_due(
    reason: str,
    due: QuerySet | Callable[[datetime], QuerySet],
    batch: Callable[..., int],
    *,
    by: str = "pk",
) -> int:
    """Sweep the desks that have due rows now. Queue the running task again for the rest.

    due: the rows, or the function that lists them for a time. Everything else is as in
    accounts.sweeps.sweep_desks.
    """
    now = timezone.now()
    rows = due if isinstance(due, QuerySet) else due(now)
    return sweep_desks(reason, rows, batch, at=now, by=by, again=requeue)


class Sweep:
    """The batches of one sweep in the entered desk.

    due: its rows, in order.
    """

    def __init__(self, key: SweepKind, due: QuerySet, *, desk_id: int, at: datetime) -> None:
        self.key, self.due, self.desk_id, self.at = key, due, desk_id, at
        self._failures = SweepFailure.objects.filter(desk_id=desk_id, sweep=key)

    def run_together(self, work: Callable[[QuerySet], int], *, batch: int) -> int:
        """Run ``work`` on up to ``batch`` rows in one transaction; return its result.

        If that fails, run it on each of them alone and return the sum.
        """
        failed = self._read_failures()

        def work_alone(row_id: int) -> int:
            return work(self.due.filter(pk=row_id))

        done, fresh = self._retry(work_alone, failed, batch=batch), self._leave_out(failed)
        if WHOLE_BATCH not in failed:
            with self._capture(WHOLE_BATCH, event="sweep_batch_failed"), transaction.atomic():
                return done + work(fresh[:batch])
        done += self._run_alone(work_alone, fresh, batch=batch)
        self._failures.filter(row_id=WHOLE_BATCH).delete()
        return done

    def run_each(self, work: Callable[[int], int], *, batch: int) -> int:
        """Run ``work`` on the id of each of up to ``batch`` rows alone; return the sum."""
        failed = self._read_failures()

        def work_if_due(row_id: int) -> int:
            return work(row_id) if self.due.filter(pk=row_id).exists() else 0

        done = self._retry(work_if_due, failed, batch=batch)
        return done + self._run_alone(work, self._leave_out(failed), batch=batch)

    def _read_failures(self) -> dict[int, datetime]:
        """Return the rows that were set aside, with the time of their next attempt."""
        return dict(self._failures.order_by("next_try_at").values_list("row_id", "next_try_at"))

    def _leave_out(self, failed: Collection[int]) -> QuerySet:
        return self.due.exclude(pk__in=failed) if failed else self.due

    def _retry(
        self, work: Callable[[int], int], failed: Mapping[int, datetime], *, batch: int
    ) -> int:
        """Try again what failed long enough ago. What succeeds, or is no longer due, is done."""
        again = [pk for pk, at in failed.items() if at <= self.at and pk != WHOLE_BATCH]
        done = 0
        for pk in again[:batch]:
            with self._capture(pk), transaction.atomic():
                done += work(pk)
                self._failures.filter(row_id=pk).delete()
        return done

    def _run_alone(self, work: Callable[[int], int], rows: QuerySet, *, batch: int) -> int:
        done = 0
        for pk in list(rows.values_list("pk", flat=True)[:batch]):
            with self._capture(pk), transaction.atomic():
                done += work(pk)
        return done

    def _capture(
        self, row_id: int, *, event: str = "sweep_row_failed"
    ) -> AbstractContextManager[None]:
        return capture_failure(
            lambda error: self._set_aside(row_id, error), event=event, sweep=self.key, row=row_id
        )

    def _set_aside(self, row_id: int, error: str) -> None:
        before = self._failures.filter(row_id=row_id).values_list("attempts", flat=True).first()
        attempts = (before or 0) + 1
        SweepFailure.objects.update_or_create(
            desk_id=self.desk_id,
            sweep=self.key,
            row_id=row_id,
            defaults={
                "attempts": attempts,
                "failed_at": self.at,
                "next_try_at": self.at + get_pause(attempts),
                "last_error": error,
            },
        )
