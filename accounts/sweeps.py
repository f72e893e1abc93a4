"""Sweeps over all desks: find the desks that have work, then do it inside each desk.

Only the search runs as the system role.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.failures import capture_failure
from accounts.models import Agent, Contact, Desk, User
from accounts.tenancy import desk_scope, system_scope

MAX_BATCHES = 100  # of one desk in one sweep


def list_desks_of_login(user: User) -> list[Desk]:
    """Return the desks where a user is an agent, active or not, or a contact. One query."""
    agents, contacts = Agent.objects.filter(user=user), Contact.objects.filter(user=user)
    knowing = Q(pk__in=agents.values("desk_id")) | Q(pk__in=contacts.values("desk_id"))
    with system_scope("find the desks that know a user"):
        return list(Desk.objects.filter(knowing).order_by("pk"))


def list_desks_with_work(reason: str, due: QuerySet) -> list[int]:
    """Return the IDs of the desks that have rows in ``due``, a query run as the system role.

    Suspended desks are left out: no ticket is closed while a reply to it waits unread.
    """
    with system_scope(reason):
        due = due.filter(desk__is_suspended=False)
        return sorted(set(due.order_by().values_list("desk_id", flat=True).distinct()))


def repeat_until_empty(
    batch: Callable[..., int], *, desk_id: int, at: datetime, max_batches: int = MAX_BATCHES
) -> int:
    """Repeat a desk's batch until it finds no work, up to a limit. Return the total."""
    total = 0
    for _ in range(max_batches):
        done = batch(desk_id=desk_id, at=at)
        total += done
        if not done:
            break
    return total


def sweep_desks(reason: str, due: QuerySet, batch: Callable[..., int], *, at: datetime) -> int:
    """Run ``batch(desk_id=, at=)`` in each desk that has rows in ``due``. Return the total.

    If a desk's batch fails, log it and continue with the other desks.
    """
    total = 0
    for desk_id in list_desks_with_work(reason, due):
        with (
            capture_failure(_leave_to_log, event="sweep_failed", desk=desk_id, reason=reason),
            desk_scope(desk_id),
        ):
            total += repeat_until_empty(batch, desk_id=desk_id, at=at)
    return total


def _leave_to_log(error: str) -> None:
    """Record nothing: the failure is only logged."""
