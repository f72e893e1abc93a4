"""An account's plan or status changed: what is undone of it is filed and promised anew (M36, M50)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tickets import log
from tickets.actors import SYSTEM
from tickets.models import UNDONE, Ticket
from tickets.services.common import lock_ticket


def apply_new_terms(*, desk_id: int, account_ids: Sequence[int], at: datetime) -> None:
    """Record on each undone ticket of these accounts that the terms changed; clock and department follow.

    A follower of accounts (settings.ACCOUNT_FOLLOWERS), told in the transaction of the change.
    """
    undone = Ticket.objects.filter(
        desk_id=desk_id, account_id__in=account_ids, status__in=UNDONE, is_unverified=False
    )
    for ticket_id in undone.order_by("pk").values_list("pk", flat=True):
        _record_new_terms(ticket_id, at=at)


def _record_new_terms(ticket_id: int, *, at: datetime) -> None:
    with transaction.atomic():
        ticket = lock_ticket(ticket_id)
        account = ticket.account
        if account is None:
            return
        data = {
            "account": account.name,
            "plan": account.plan.name if account.plan else "",
            "status": account.get_status_display(),
        }
        log.record(ticket=ticket, kind=log.Kind.TERMS_CHANGED, by=SYSTEM, at=at, data={"terms": data})
