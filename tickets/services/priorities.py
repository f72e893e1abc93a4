"""The order of a desk's priorities."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Desk
from tickets.models import Priority


def rank_offered_first(*, desk: Desk) -> None:
    """Number the priorities again, offered ones first: 1 is the highest that can be chosen."""
    with transaction.atomic():
        rows = list(Priority.objects.filter(desk=desk).select_for_update(no_key=True))
        rows.sort(key=lambda row: (row.is_retired, row.rank))
        for rank, row in enumerate(rows, start=1):
            if row.rank != rank:
                row.rank = rank
                row.save(update_fields=["rank"])
