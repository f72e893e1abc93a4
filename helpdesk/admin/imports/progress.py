"""How far a run is, and what it has imported, for the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk
from tickets.exchange.guessing import guess_state, list_own_names
from tickets.exchange.mapping import Mapping, fold
from tickets.exchange.problems import describe_problem
from tickets.exchange.records import TICKETS, sort_key
from tickets.models import (
    ImportedRow,
    ImportProblem,
    ImportRecord,
    ImportRun,
    ImportState,
    Priority,
    Ticket,
)

LIVE = (ImportState.READING, ImportState.RUNNING)
KINDS: dict[str, Promise] = {
    "account": _("Accounts"),
    "contact": _("Contacts"),
    "agent": _("Agents"),
    "department": _("Departments"),
    "priority": _("Priorities"),
    "tag": _("Tags"),
    "field": _("Custom fields"),
    "ticket": _("Tickets"),
    "message": _("Messages"),
    "note": _("Internal notes"),
    "attachment": _("Attached files"),
    "event": _("History entries"),
    "link": _("Links between tickets"),
    "file": _("Files"),
}
OUTCOMES = ("created", "updated", "unchanged", "refused")
SHOWN_TICKETS = 20
SHOWN_GROUPS = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. total: 0 while it isn't known."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class KindCount:
    """Records of a kind, by what became of them."""

    label: str
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class FirstTicket:
    """A ticket of the file as it will look."""

    number: str
    subject: str
    requester: str
    state: str
    priority: str
    created: str
    messages: int


@dataclass(frozen=True, slots=True)
class ImportedTicket:
    """A ticket of the old help desk, and where it is now."""

    old_number: str
    reference: str
    subject: str
    url: str


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems with the same sentence, and their number."""

    sentence: str
    count: int


def measure(run: ImportRun) -> Progress:
    """Return how far a run is."""
    if run.state == ImportState.READING:
        return Progress(run.was_read, 0)
    total = sum(run.preview.get("counts", {}).values()) + run.preview.get("links", 0)
    is_done = run.state == ImportState.DONE
    return Progress(total if is_done else min(run.handled, total), total)


def list_read(run: ImportRun) -> list[tuple[str, int]]:
    """Return the number of records in the file by kind."""
    counts = run.preview.get("counts", {})
    return [(str(label), counts[kind]) for kind, label in KINDS.items() if counts.get(kind)]


def list_counts(run: ImportRun) -> list[KindCount]:
    """Return what became of the records by kind, in the order of OUTCOMES."""
    return [
        KindCount(str(label), [run.counts[kind].get(outcome, 0) for outcome in OUTCOMES])
        for kind, label in KINDS.items()
        if run.counts.get(kind)
    ]


def list_first_tickets(
    run: ImportRun, desk: Desk, mapping: Mapping, default: Priority | None
) -> list[FirstTicket]:
    """Return the first tickets of the file as they will look with these choices.

    default: the priority of tickets without one, or with one that isn't mapped.
    """
    tickets: list[dict[str, Any]] = run.preview.get("tickets", [])
    people = _load_people(run, [str(each.get("contact") or "") for each in tickets])
    messages = _count_messages(run, [str(each["id"]) for each in tickets])
    names = {row.pk: str(row) for row in Priority.objects.filter(desk=desk)}
    own = list_own_names(run, "priority")
    return [
        FirstTicket(
            number=str(each.get("number") or each["id"])[:40],
            subject=str(each.get("subject") or gettext("(no subject)"))[:250],
            requester=people.get(str(each.get("contact") or ""), gettext("Unknown person")),
            state=desk.word_for(guess_state(str(each.get("state") or "open"), mapping)),
            priority=names.get(mapping.priorities.get(word, 0))
            or own.get(word)
            or str(default or ""),
            created=str(each.get("created_at") or "")[:10],
            messages=messages.get(str(each["id"]), 0),
        )
        for each in tickets
        for word in [fold(str(each.get("priority") or ""))]
    ]


def _load_people(run: ImportRun, ids: list[str]) -> dict[str, str]:
    records = ImportRecord.objects.filter(run=run, kind="contact", source_id__in=ids)
    return {
        record.source_id: str(record.data.get("name") or record.data.get("email") or "")[:120]
        for record in records.order_by("pk")
    }


def _count_messages(run: ImportRun, ids: list[str]) -> dict[str, int]:
    keys = {sort_key(source_id): source_id for source_id in ids}
    records = ImportRecord.objects.filter(run=run, phase=TICKETS, key__in=keys, kind="message")
    counted = records.order_by().values_list("key").annotate(amount=Count("pk"))
    return {keys[key]: amount for key, amount in counted}


def name_kind(kind: str) -> str:
    """Return what people call a kind of records."""
    return str(KINDS.get(kind, kind))


def list_problem_groups(run: ImportRun) -> list[ProblemGroup]:
    """Return the run's problems that have the same sentence together, the most frequent first."""
    problems = ImportProblem.objects.filter(run=run).order_by()
    counted = problems.values("code", "data").annotate(amount=Count("pk"), first=Min("pk"))
    return [
        ProblemGroup(
            describe_problem(ImportProblem(code=each["code"], data=each["data"])), each["amount"]
        )
        for each in counted.order_by("-amount", "first")[:SHOWN_GROUPS]
    ]


def list_imported_tickets(run: ImportRun, desk: Desk) -> list[ImportedTicket]:
    """Return the latest tickets from the run's source that are here now."""
    rows = ImportedRow.objects.filter(desk=desk, source=run.source, kind="ticket")
    latest = list(rows.order_by("-row_id")[:SHOWN_TICKETS])
    tickets = Ticket.objects.filter(desk=desk).in_bulk([row.row_id for row in latest])
    return [
        ImportedTicket(
            row.number or row.source_id,
            f"{desk.ticket_prefix}-{ticket.number}",
            ticket.subject,
            reverse("agent:ticket", args=[ticket.number]),
        )
        for row in latest
        if (ticket := tickets.get(row.row_id))
    ]
