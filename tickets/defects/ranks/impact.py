"""Impact and rank of defects, computed by a sweep (M10, M19).

Triggers mark a defect whose links, or whose tickets' account, requester, priority, state or
deadline change, and so does a move of its stage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.database.rows import fetch_prepared
from tickets.actors import SYSTEM
from tickets.defects.log import announce_after_commit, record_defect_event
from tickets.defects.marks import delete_marks, list_marks
from tickets.defects.ranks.ranking import Hit, Rank, compute_impact, compute_rank
from tickets.defects.sql import HITS, PLANS
from tickets.defects.updates.waiting import count_waiting
from tickets.models import IN_QUEUE, Defect, DefectEventKind, DefectMark, DefectWork

BATCH = 50
SOON = timedelta(days=3)  # a deadline this near changes the rank as time passes
RANKED = [
    "tickets_hit", "accounts_hit", "users_hit", "tickets_waiting", "impact", "oldest_due_at",
    "rank",
]  # fmt: skip


def rank_stale_defects(*, desk_id: int, at: datetime) -> int:
    """Compute the rank of up to BATCH marked defects of a desk. Return how many."""
    marks = list_marks(DefectWork.RANK).filter(desk_id=desk_id)
    with transaction.atomic():
        wanted = marks.order_by("defect_id").values_list("defect_id", flat=True).distinct()
        locked = Defect.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        found = locked.filter(pk__in=list(wanted[:BATCH])).select_related("desk")
        if defects := list(found.order_by("pk")):
            seen = list(marks.filter(defect__in=defects).values_list("pk", flat=True))
            before = [(defect.rank, defect.tickets_waiting) for defect in defects]
            _rank(defects, at=at)
            delete_marks(seen)
            if before != [(defect.rank, defect.tickets_waiting) for defect in defects]:
                announce_after_commit(desk_id, 0)
    return len(defects)


def mark_defects_due_soon(*, desk_id: int, at: datetime) -> int:
    """Mark open defects whose earliest deadline is near or past. Return how many."""
    near = Defect.objects.filter(IN_QUEUE, desk_id=desk_id, oldest_due_at__lte=at + SOON)
    unmarked = near.exclude(pk__in=list_marks(DefectWork.RANK).values("defect"))
    made = DefectMark.objects.bulk_create(
        DefectMark(desk_id=desk_id, defect_id=pk, work=DefectWork.RANK)
        for pk in unmarked.values_list("pk", flat=True)
    )
    return len(made)


def _rank(defects: Sequence[Defect], *, at: datetime) -> None:
    given = {"defects": [defect.pk for defect in defects]}
    hits = {
        row["id"]: Hit(**{name: row[name] for name in row if name != "id"})
        for row in fetch_prepared(HITS, given)
    }
    plans: dict[int, dict[str, int]] = defaultdict(dict)
    for row in fetch_prepared(PLANS, given):
        plans[row["defect_id"]][row["plan"]] = row["accounts"]
    for defect in defects:
        hit = hits[defect.pk]
        rank = compute_rank(defect.severity, hit, major_impact=defect.desk.major_impact, at=at)
        _set_rank(defect, hit, rank)
        defect.tickets_waiting = sum(count_waiting(defect).values())
        if rank.is_major and not defect.rank_facts.get("is_major") and defect.is_in_queue:
            _record_major(defect, at=at)
        defect.rank_facts = rank.to_json() | {"plans": plans[defect.pk]}
    Defect.objects.bulk_update(defects, [*RANKED, "rank_facts"])


def _set_rank(defect: Defect, hit: Hit, rank: Rank) -> None:
    defect.tickets_hit, defect.accounts_hit, defect.users_hit = hit.tickets, hit.accounts, hit.users
    defect.impact, defect.oldest_due_at = compute_impact(hit), hit.oldest_due_at
    defect.rank = rank.value


def _record_major(defect: Defect, *, at: datetime) -> None:
    """Record that the impact has become significant; leads and followers are notified (M10)."""
    data = {"accounts": defect.accounts_hit, "limit": defect.desk.major_impact}
    record_defect_event(defect, DefectEventKind.MAJOR, data, by=SYSTEM, at=at)
