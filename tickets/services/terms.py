"""An account's plan or status changed: what is undone of it is filed and promised anew (M36, M50).

The change itself only leaves a mark: an account may have thousands of undone tickets, each with a clock, a department
and events. They follow in batches, each ticket once and in its own savepoint, wherever the last batch ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tickets import events
from tickets.actors import SYSTEM
from tickets.models import OPEN_STATES, NewTerms, Ticket
from tickets.queueing import send_after_commit
from tickets.services.common import lock_ticket

BATCH = 10  # tickets that stay locked together: about a quarter of a second


def mark_terms_changed(*, desk_id: int, account_ids: Sequence[int], at: datetime) -> None:
    """Mark that these accounts have new terms from ``at`` on, in the transaction that changed them.

    A follower of accounts (settings.ACCOUNT_FOLLOWERS). The accounts' rows are locked by the change: whoever opens a
    ticket holds them too, so each ticket is either among those that follow or opened under the new terms.
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
        send_after_commit("tickets.tasks.apply_terms_of_desk", desk_id=desk_id)


def apply_new_terms(*, desk_id: int, at: datetime) -> int:
    """Let up to BATCH undone tickets of a marked account follow its terms; 0 when no account is marked.

    A mark that somebody else works on is passed over. Clocks start and stop as of the change, not as of ``at``.
    """
    with transaction.atomic():
        marks = NewTerms.objects.select_for_update(of=("self",), skip_locked=True).filter(
            desk_id=desk_id
        )
        mark = marks.order_by("pk").first()
        if mark is None:
            return 0
        undone = Ticket.objects.filter(
            account_id=mark.account_id, status__in=OPEN_STATES, is_unverified=False
        )
        left = undone.filter(pk__gt=mark.reached, pk__lte=mark.upto).order_by("pk")
        ids = list(left.values_list("pk", flat=True)[:BATCH])
        for ticket_id in ids:
            _follow(ticket_id, mark)
        if len(ids) < BATCH:
            mark.delete()
        else:
            mark.reached = ids[-1]
            mark.save(update_fields=["reached"])
    return max(len(ids), 1)


def _follow(ticket_id: int, mark: NewTerms) -> None:
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        account = ticket.account
        if account is None or account.pk != mark.account_id or ticket.status not in OPEN_STATES:
            return
        data = {
            "account": account.name,
            "plan": account.plan.name if account.plan else "",
            "status": account.get_status_display(),
        }
        events.record(
            ticket=ticket,
            kind=events.EventKind.TERMS_CHANGED,
            by=SYSTEM,
            at=mark.at,
            data={"terms": data},
        )
