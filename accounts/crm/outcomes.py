"""Outcomes of CRM records, and what the imports of accounts and of contacts share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.db.models import Model, QuerySet

from accounts.crm.reasons import ReasonError
from accounts.models import CrmLink
from accounts.sentences import Problem

What = Literal["created", "changed", "unchanged", "skipped"]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a record. detail: the fields that changed. reason: why it was skipped."""

    record_id: str
    name: str
    what: What
    detail: str = ""
    may_heal: bool = False
    account_id: int | None = None
    new_terms: bool = False
    reason: Problem | None = None


class ConflictError(ReasonError):
    """The record conflicts with the data here. The message says how."""


def skip_record(record_id: str, name: str, why: Problem, *, may_heal: bool = False) -> Outcome:
    """Return the outcome of a record that is not imported, and the reason."""
    return Outcome(record_id, name, "skipped", may_heal=may_heal, reason=why)


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
