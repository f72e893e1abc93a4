"""The lists: entries and defects by the number of accounts that ask, then of tickets (M64)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Agent
from tickets.defects.access import find_key, list_defects_for_agent
from tickets.models import (
    IN_QUEUE,
    Defect,
    DefectLink,
    Improvement,
    ImprovementKind,
    ImprovementLink,
    ImprovementStatus,
    Stage,
)
from tickets.rules.visibility import TicketVisibility

FIXED = (Stage.RELEASED, Stage.VERIFIED)
OF_DEFECTS = {
    ImprovementStatus.OPEN: IN_QUEUE,
    ImprovementStatus.DONE: Q(stage__in=FIXED) & ~IN_QUEUE,
    ImprovementStatus.DECLINED: Q(stage__in=(Stage.NOT_A_DEFECT, Stage.WONT_FIX)),
}
BY_ACCOUNTS = ("-accounts", "-tickets", "-pk")


class Listed(StrEnum):
    """The three lists."""

    DOCUMENTATION = ImprovementKind.DOCUMENTATION.value
    BUGS = "bugs"
    FEATURES = ImprovementKind.FEATURE.value


def list_improvements(
    agent: Agent, kind: ImprovementKind | str = "", *, status: str = "", words: str = ""
) -> QuerySet[Improvement]:
    """Return the entries of a list, or of both, those that most accounts ask for first.

    Each has its number of ``tickets`` and of ``accounts`` in the whole desk.
    """
    found = Improvement.objects.filter(desk_id=agent.desk_id, merged_into__isnull=True)
    if kind:
        found = found.filter(kind=kind)
    if status:
        found = found.filter(status=status)
    if words:
        found = found.filter(title__icontains=words)
    return found.annotate(**_count()).order_by(*BY_ACCOUNTS)


def list_titles(agent: Agent, kind: ImprovementKind | str, *, limit: int) -> list[str]:
    """Return the titles of a list that most tickets ask for, without reading the tickets."""
    found = Improvement.objects.filter(desk_id=agent.desk_id, merged_into__isnull=True, kind=kind)
    ranked = found.annotate(tickets=Count("links")).order_by("-tickets", "-pk")
    return list(ranked.values_list("title", flat=True)[:limit])


def list_bugs(agent: Agent, *, status: str = "", words: str = "") -> QuerySet[Defect]:
    """Return the defects that tickets are linked to, counted and ordered in the same way."""
    linked = Exists(DefectLink.objects.filter(defect=OuterRef("pk")))
    found = list_defects_for_agent(agent).filter(linked, duplicate_of__isnull=True)
    if status:
        found = found.filter(OF_DEFECTS[ImprovementStatus(status)])
    if words:
        number = find_key(words, agent.desk)
        named = Q(title__icontains=words)
        found = found.filter(named if number is None else Q(number=number))
    return found.annotate(**_count()).order_by(*BY_ACCOUNTS)


def get_status(entry: Improvement | Defect) -> ImprovementStatus:
    """Return the status of an entry; that of a defect as in OF_DEFECTS."""
    if isinstance(entry, Improvement):
        return ImprovementStatus(entry.status)
    if entry.is_in_queue:
        return ImprovementStatus.OPEN
    return ImprovementStatus.DONE if entry.stage in FIXED else ImprovementStatus.DECLINED


def name_accounts(
    agent: Agent, listed: Listed | str, ids: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """Return the accounts that ask for each of these entries, as pairs of ID and name.

    Those with the most tickets come first. Only accounts of tickets that the agent sees are named.
    One statement.
    """
    of_bugs = listed == Listed.BUGS
    key = "defect" if of_bugs else "improvement"
    links: QuerySet[Any] = (DefectLink if of_bugs else ImprovementLink).objects.filter(
        TicketVisibility.for_agent(agent).as_q("ticket__"),
        desk_id=agent.desk_id,
        ticket__account__isnull=False,
        **{f"{key}__in": ids},
    )
    columns = (key, "ticket__account", "ticket__account__name")
    rows = links.order_by().values_list(*columns).annotate(tickets=Count("pk"))
    named: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for entry_id, account_id, name, _tickets in rows.order_by("-tickets", columns[2]):
        named[entry_id].append((account_id, name))
    return named


def _count() -> dict[str, Count]:
    return {
        "tickets": Count("links", distinct=True),
        "accounts": Count("links__ticket__account", distinct=True),
    }
