"""Sweeps over all desks: find the desks that have work, then process them in turn.

Only finding the desks runs as the system role; the work runs within each desk.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from accounts.failures import capture_failure, leave_to_log
from accounts.models import Agent, Contact, Desk, User
from accounts.tenancy import desk_scope, system_scope

MAX_BATCHES = 100  # of one desk in one sweep
SLICE_SECONDS = 1.0  # before a sweep queues itself again for the rest


def list_desks_of_login(user: User) -> list[Desk]:
    """Return the desks where a user is an agent, active or not, or a contact. One query."""
    agents, contacts = Agent.objects.filter(user=user), Contact.objects.filter(user=user)
    knowing = Q(pk__in=agents.values("desk_id")) | Q(pk__in=contacts.values("desk_id"))
    with system_scope("find the desks that know a user"):
        return list(Desk.objects.filter(knowing).order_by("pk"))


def list_desks_with_work(reason: str, due: QuerySet, *, by: str = "pk") -> list[int]:
    """Return the IDs of the desks that have rows in ``due``, a query run as the system role.

    by: the field that says when a row became due. The desk with the most overdue row comes first.
    Suspended desks are left out: no ticket is closed while a reply to it waits unread.
    """
    with system_scope(reason):
        return list(find_desks_with_work(due, by=by).values_list("desk_id", flat=True))


def visit_desks(
    reason: str, due: QuerySet, visit: Callable[..., int], *, at: datetime, by: str = "pk"
) -> int:
    """Run ``visit(desk_id=, at=)`` once in each desk that has rows in ``due``. Return the total.

    For jobs that look at all rows of a desk each time. If one desk's fails, log the error and
    continue with the other desks.
    """
    total = 0
    for desk_id in list_desks_with_work(reason, due, by=by):
        with (
            capture_failure(leave_to_log, event="sweep_failed", desk=desk_id, reason=reason),
            desk_scope(desk_id),
        ):
            total += visit(desk_id=desk_id, at=at)
    return total


def find_desks_with_work(due: QuerySet, *, by: str) -> QuerySet:
    """Return the query of ``list_desks_with_work``."""
    due = due.filter(desk__is_suspended=False).order_by()
    return due.values("desk_id").annotate(since=Min(by)).order_by("since", "desk_id")


def take_turns(
    desk_ids: Sequence[int],
    work: Callable[[int], int],
    *,
    seconds: float | None = None,
    max_rounds: int = MAX_BATCHES,
) -> tuple[int, bool]:
    """Process one small batch per desk and round, so no desk waits long for another.

    work: processes one batch of a desk and returns its size; a desk without work drops out.
    seconds: no new round starts after this. Return the total, and True if work may be left.
    """
    until = None if seconds is None else time.monotonic() + seconds
    left, total = list(desk_ids), 0
    for _ in range(max_rounds):
        done = {desk_id: work(desk_id) for desk_id in left}
        total += sum(done.values())
        left = [desk_id for desk_id in left if done[desk_id]]
        if not left or (until is not None and time.monotonic() >= until):
            break
    return total, bool(left)


def sweep_desks(
    reason: str,
    due: QuerySet,
    batch: Callable[..., int],
    *,
    at: datetime,
    by: str = "pk",
    again: Callable[[], object] | None = None,
    seconds: float = SLICE_SECONDS,
) -> int:
    """Run ``batch(desk_id=, at=)`` in the desks that have rows in ``due``, in turn.

    by: as in list_desks_with_work. again: called if work is left after ``seconds``, to queue the
    rest behind other tasks. Without it, continue until nothing is left. Return the total. If a
    desk's batch fails, log the error and continue with the other desks.
    """

    def work(desk_id: int) -> int:
        with (
            capture_failure(leave_to_log, event="sweep_failed", desk=desk_id, reason=reason),
            desk_scope(desk_id),
        ):
            return batch(desk_id=desk_id, at=at)
        return 0

    desk_ids = list_desks_with_work(reason, due, by=by)
    total, is_left = take_turns(desk_ids, work, seconds=seconds if again else None)
    if again and is_left:
        again()
    return total
