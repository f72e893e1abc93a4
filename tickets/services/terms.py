"""New terms of an account, a plan or a status: its open tickets follow (M36, M50).

The change itself only leaves a mark, since an account may have thousands of open tickets, each
with a clock, a department and events. They follow in batches, each ticket once and in its own
savepoint, from where the last batch ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import OPEN_STATES, NewTerms, QueueRow, SweepKind, Ticket
from tickets.queueing import Queue, TaskName, queue_once_after_commit
from tickets.rules.coverage import update_coverage
from tickets.sweeping import Sweep

APPLY_TERMS = TaskName("tickets.tasks.sweep_new_terms", queue=Queue.BULK)
BATCH = 10  # tickets that stay locked together: about a quarter of a second


def mark_terms_changed(*, desk_id: int, account_ids: Sequence[int], at: datetime) -> None:
    """Mark accounts whose terms are new from ``at`` on, in the transaction that changed them.

    A follower of accounts (settings.ACCOUNT_FOLLOWERS). The change locks the accounts' rows, and
    so does the opening of a ticket: each ticket either follows or was opened under the new terms.
    """
    tickets = Ticket.objects.filter(desk_id=desk_id, account_id__in=account_ids).order_by()
    newest = tickets.values_list("account_id").annotate(Max("pk"))
    marks = [NewTerms(desk_id=desk_id, account_id=pk, at=at, upto=upto) for pk, upto in newest]
    NewTerms.objects.bulk_create(
        marks,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["at", "upto", "reached"],
    )
    if marks:
        queue_once_after_commit(APPLY_TERMS)


def keep_open_tickets(*, account_id: int) -> None:
    """Remove an account's mark: its open tickets keep what they have. In the change's transaction.

    They are planned by the new terms once something else about them changes.
    """
    NewTerms.objects.filter(account_id=account_id).delete()


def apply_new_terms(*, desk_id: int, at: datetime) -> int:
    """Apply new terms to up to BATCH open tickets of a marked account; 0 if no account is marked.

    A mark that another worker holds is skipped, and one that fails is set aside. Clocks start and
    stop as of the change of the terms, not as of ``at``.
    """
    marks = NewTerms.objects.filter(desk_id=desk_id).order_by("pk")
    sweep = Sweep(SweepKind.NEW_TERMS, marks, desk_id=desk_id, at=at)
    return sweep.run_together(_apply_first, batch=1)


def _apply_first(marks: QuerySet[NewTerms]) -> int:
    mark = marks.select_for_update(of=("self",), skip_locked=True).first()
    if mark is None:
        return 0
    open_tickets = QueueRow.objects.filter(
        desk_id=mark.desk_id, account_id=mark.account_id, is_open=True, is_unverified=False
    )
    left = open_tickets.filter(pk__gt=mark.reached, pk__lte=mark.upto).order_by("pk")
    ids = list(left.values_list("pk", flat=True)[:BATCH])
    for ticket_id in ids:
        _apply_to(ticket_id, mark)
    if len(ids) < BATCH:
        mark.delete()
    else:
        mark.reached = ids[-1]
        mark.save(update_fields=["reached"])
    return max(len(ids), 1)


def _apply_to(ticket_id: int, mark: NewTerms) -> None:
    with transaction.atomic():
        change = Change.open(ticket_id, by=SYSTEM, at=mark.at)
        ticket, account = change.ticket, change.ticket.account
        if account is None or account.pk != mark.account_id or ticket.status not in OPEN_STATES:
            return
        terms = {
            "account": account.name,
            "plan": account.plan.name if account.plan else "",
            "status": account.status,
        }
        uncovered = update_coverage(change)
        change.record(EventKind.TERMS_CHANGED, {"terms": terms} | uncovered)
        change.save()
