"""Guesses of how the source's words translate, for an admin to correct (M38).

Choices of an earlier run of the same source come first, then equal names, then common words.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.matching import normalize_email
from accounts.models import Agent, Department
from tickets.exchange.mapping import NONE, Mapping, fold, make_key
from tickets.exchange.preview import MAX_WORDS
from tickets.models import FormField, ImportRecord, ImportRun, Priority, State

# Where among the desk's priorities, from the highest to the lowest, a common word stands.
RANKS = {
    "urgent": 0.0, "critical": 0.0, "highest": 0.0, "blocker": 0.0, "p1": 0.0, "1": 0.0,
    "high": 0.34, "major": 0.34, "p2": 0.34, "2": 0.34,
    "normal": 0.67, "medium": 0.67, "p3": 0.67, "3": 0.67,
    "low": 1.0, "lowest": 1.0, "minor": 1.0, "p4": 1.0, "4": 1.0,
}  # fmt: skip
# Parts of a help desk's own words for a status, the first that fits.
PARTS = [
    ("clos", State.CLOSED), ("solv", State.CLOSED), ("done", State.CLOSED),
    ("complete", State.CLOSED), ("cancel", State.CLOSED), ("spam", State.CLOSED),
    ("third party", State.INVESTIGATING), ("vendor", State.INVESTIGATING),
    ("customer", State.WAITING), ("client", State.WAITING), ("requester", State.WAITING),
    ("pending", State.WAITING), ("escalat", State.ESCALATED), ("hold", State.INVESTIGATING),
    ("progress", State.INVESTIGATING), ("investigat", State.INVESTIGATING),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """The desk's own rows that words can be mapped to."""

    priorities: Sequence[Priority]  # the highest first
    departments: Sequence[Department]
    agents: Sequence[Agent]  # with their users
    fields: Sequence[FormField]

    def get_default_priority(self) -> Priority | None:
        """Return the desk's priority for requests that name none (M33), else the lowest."""
        found = [row for row in self.priorities if row.is_mail_default] or self.priorities[-1:]
        return found[0] if found else None


def load_rows(desk_id: int) -> Rows:
    """Return what a desk has: its offered priorities, departments, active agents and fields."""
    mine = {"desk_id": desk_id}
    return Rows(
        list(Priority.objects.filter(**mine, is_retired=False).order_by("rank")),
        list(Department.objects.filter(**mine).order_by("name")),
        list(Agent.objects.filter(**mine, is_active=True).select_related("user").order_by("name")),
        list(FormField.objects.filter(**mine).order_by("label")),
    )


def find_earlier_mapping(run: ImportRun) -> Mapping:
    """Return the choices of the latest run of the same source that was started, or none."""
    started = ImportRun.objects.filter(
        desk=run.desk_id, source=run.source, started_at__isnull=False
    )
    earlier = started.exclude(pk=run.pk).order_by("-pk").first()
    return Mapping.from_json(earlier.mapping) if earlier else Mapping()


def guess_mapping(run: ImportRun, rows: Rows) -> Mapping:
    """Return a mapping for a run that was read. Words without a guess are left out of it."""
    earlier, preview = find_earlier_mapping(run), run.preview
    names = list_own_names(run, "priority")
    priorities = {
        word: _guess_priority(word, word in names, rows, earlier)
        for word in _fold_words(preview, "priorities")
    }
    names = list_own_names(run, "department")
    departments = {
        word: _guess_department(word, word in names, rows, earlier)
        for word in _fold_words(preview, "departments")
    }
    agents = {
        source_id: _guess_agent(source_id, name, email, rows, earlier)
        for source_id, name, email in preview.get("agents", ())
    }
    return Mapping(
        states={word: guess_state(word, earlier) for word in _fold_words(preview, "states")},
        priorities=_only_found(priorities),
        departments=_only_found(departments),
        agents=_only_found(agents),
        fields=_guess_fields(run, rows, earlier),
        start_clocks=earlier.start_clocks,
    )


def guess_state(word: str, earlier: Mapping) -> str:
    """Return the state for a word; open for one that says nothing."""
    if found := earlier.find_state(word):
        return found
    folded = fold(word)
    return next((state for part, state in PARTS if part in folded), State.OPEN)


def list_own_names(run: ImportRun, kind: str) -> dict[str, str]:
    """Return the names of the priorities or departments that the file itself brings.

    Tickets name them by their ID or their name: both are keys here, folded.
    """
    records = ImportRecord.objects.filter(run=run, kind=kind).order_by("pk")[:MAX_WORDS]
    names = [(each.source_id, str(each.data.get("name") or each.source_id)) for each in records]
    return {fold(word): name for source_id, name in names for word in (name, source_id)}


def list_field_labels(run: ImportRun) -> dict[str, str]:
    """Return the labels of the source's fields by key, as far as the file has them."""
    records = ImportRecord.objects.filter(run=run, kind="field").order_by("pk")
    found = (record.data for record in records)
    return {str(data.get("key") or ""): str(data.get("label") or "") for data in found}


def _fold_words(preview: AnyMapping[str, Any], name: str) -> list[str]:
    return [fold(word) for word, _count in preview.get(name, ())]


def _only_found(guesses: dict[str, int | None]) -> dict[str, int]:
    return {word: found for word, found in guesses.items() if found is not None}


def _guess_priority(word: str, is_own: bool, rows: Rows, earlier: Mapping) -> int | None:
    """Return the priority for a word. is_own: the file brings it, and the import matches it."""
    by_name = {fold(row.name): row.pk for row in rows.priorities}
    known = {row.pk for row in rows.priorities}
    chosen = earlier.priorities.get(word)
    if chosen in known or is_own:
        return chosen if chosen in known else None
    if word in by_name or word not in RANKS or not rows.priorities:
        return by_name.get(word)
    return rows.priorities[round(RANKS[word] * (len(rows.priorities) - 1))].pk


def _guess_department(word: str, is_own: bool, rows: Rows, earlier: Mapping) -> int | None:
    known = {NONE, *(row.pk for row in rows.departments)}
    chosen = earlier.departments.get(word)
    by_name = {fold(row.name): row.pk for row in rows.departments}
    if chosen in known or is_own:
        return chosen if chosen in known else None
    return by_name.get(word)


def _guess_agent(source_id: str, name: str, email: str, rows: Rows, earlier: Mapping) -> int | None:
    chosen, address = earlier.agents.get(source_id), normalize_email(email)
    for agent in rows.agents:
        if agent.pk == chosen or (address and agent.user.email == address):
            return int(agent.pk)
    same_name = [agent.pk for agent in rows.agents if name and fold(agent.name) == fold(name)]
    return same_name[0] if len(same_name) == 1 else None


def _guess_fields(run: ImportRun, rows: Rows, earlier: Mapping) -> dict[str, str]:
    """Return the desk's field for each of the source's that has one; others would be added."""
    by_word = {fold(row.label): row.key for row in rows.fields}
    keys = {row.key for row in rows.fields}
    labels = {fold(key): label for key, label in list_field_labels(run).items()}
    guesses = {}
    for word in _fold_words(run.preview, "fields"):
        chosen = earlier.fields.get(word)
        own = make_key(word)
        if chosen == "" or chosen in keys:
            guesses[word] = chosen
        elif found := by_word.get(fold(labels.get(word, word))) or (own if own in keys else None):
            guesses[word] = found
    return guesses
