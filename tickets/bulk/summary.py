"""Summaries of bulk changes: counts, and why tickets were refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tickets.models import BulkItem, BulkJob, ItemState

MAX_REASONS = 20
MAX_NAMED = 10  # tickets per reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """Tickets that were refused for one reason. numbers: of the first of them."""

    reason: str
    count: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a bulk change. other: refused tickets whose reasons aren't listed."""

    total: int
    due: int
    done: int
    unchanged: int
    refusals: tuple[Refusal, ...] = ()
    other: int = 0

    @property
    def handled(self) -> int:
        return self.total - self.due


def summarize(job: BulkJob) -> Summary:
    """Count what became of a job's tickets, in a bounded number of statements."""
    items = BulkItem.objects.filter(job=job)
    counts = items.aggregate(
        total=Count("pk"),
        **{
            state: Count("pk", filter=Q(state=state))
            for state in (ItemState.DUE, ItemState.DONE, ItemState.UNCHANGED)
        },
    )
    refused = items.filter(state=ItemState.REFUSED)
    grouped = refused.values("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    refusals = tuple(
        Refusal(each["reason"], each["count"], _list_numbers(refused, each["reason"]))
        for each in grouped[:MAX_REASONS]
    )
    rest = refused.count() - sum(each.count for each in refusals)
    return Summary(**counts, refusals=refusals, other=rest)


def _list_numbers(refused: QuerySet[BulkItem], reason: str) -> tuple[int, ...]:
    named = refused.filter(reason=reason).order_by("pk")
    return tuple(named.values_list("ticket__number", flat=True)[:MAX_NAMED])
