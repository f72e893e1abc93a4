"""Outcomes of CRM records, and what the imports of accounts and of contacts share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.db.models import Model, QuerySet

from accounts.models import CrmLink

What = Literal["created", "changed", "unchanged", "skipped"]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a record. detail: the fields that changed, or the reason for skipping it."""

    record_id: str
    name: str
    what: What
    detail: str = ""
    may_heal: bool = False
    account_id: int | None = None
    new_terms: bool = False


class ConflictError(Exception):
    """The record conflicts with the data here. The message says how."""


def lock_rows(rows: QuerySet[Row], related: str) -> dict[int, Row]:
    """Lock rows against concurrent changes. Return them by primary key, with what they refer to."""
    locked = rows.select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in locked.select_related(related).order_by("pk")}


def write_links(links: Iterable[CrmLink]) -> None:
    """Save new links, and the changes of existing ones."""
    rows = list(links)
    old = [link for link in rows if not link._state.adding]
    CrmLink.objects.bulk_create([link for link in rows if link._state.adding])
    if old:
        CrmLink.objects.bulk_update(old, ["given"])
