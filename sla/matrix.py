"""The SLA matrix: every promise of a desk on one page, a row per plan, a column per priority (M36, M69)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.audit import record_audit
from accounts.models import AccountStatus, Desk, Plan, User
from sla.durations import NoDuration, format_duration, parse_duration
from sla.models import Calendar, Target
from tickets.models import Priority

Key = tuple[int, int, str]  # plan, priority, account status ("" for every status)


@dataclass(frozen=True)
class Cell:
    """One promise as written: a length of time (empty for none) and the calendar that it is counted in."""

    plan: Plan
    priority: Priority
    status: str
    text: str
    calendar_id: int | None
    error: str = ""

    @property
    def key(self) -> Key:
        return (self.plan.pk, self.priority.pk, self.status)

    @property
    def name(self) -> str:
        return f"{self.plan.pk}-{self.priority.pk}-{self.status}"


@dataclass(frozen=True)
class Row:
    """A plan, or a plan for accounts of one status, with a cell for each priority."""

    plan: Plan
    status: str
    cells: tuple[Cell, ...]

    @property
    def status_label(self) -> str:
        return str(AccountStatus(self.status).label) if self.status else ""


@dataclass(frozen=True)
class Matrix:
    priorities: tuple[Priority, ...]
    calendars: tuple[Calendar, ...]
    rows: tuple[Row, ...]

    @property
    def errors(self) -> list[str]:
        return [cell.error for row in self.rows for cell in row.cells if cell.error]


def read_matrix(desk: Desk, written: Mapping[str, str] | None = None) -> Matrix:
    """The desk's matrix as it is kept, or as a form wrote it, with the errors beside the cells. Four queries.

    written: form values ``minutes-PLAN-PRIORITY-STATUS`` and ``calendar-PLAN-PRIORITY-STATUS``.
    """
    targets = {_key(t): t for t in Target.objects.filter(desk=desk)}
    priorities = tuple(Priority.objects.filter(desk=desk))
    calendars = tuple(Calendar.objects.filter(desk=desk))
    rows = []
    for plan in Plan.objects.filter(desk=desk, is_retired=False) | Plan.objects.filter(
        desk=desk, pk__in={plan_id for plan_id, _, _ in targets}
    ):
        for status in ["", *sorted({s for plan_id, _, s in targets if plan_id == plan.pk and s})]:
            cells = (
                _kept(plan, p, status, targets.get((plan.pk, p.pk, status)), calendars) for p in priorities
            )
            row = tuple(_rewrite(cell, written, calendars) if written is not None else cell for cell in cells)
            rows.append(Row(plan, status, row))
    return Matrix(priorities, calendars, tuple(rows))


def _key(target: Target) -> Key:
    return (target.plan_id, target.priority_id, target.account_status)


def _kept(
    plan: Plan, priority: Priority, status: str, target: Target | None, calendars: tuple[Calendar, ...]
) -> Cell:
    if target is not None:
        return Cell(plan, priority, status, format_duration(target.minutes), target.calendar_id)
    return Cell(plan, priority, status, "", calendars[0].pk if len(calendars) == 1 else None)


def _rewrite(cell: Cell, written: Mapping[str, str], calendars: tuple[Calendar, ...]) -> Cell:
    text = written.get(f"minutes-{cell.name}", cell.text).strip()
    asked = written.get(f"calendar-{cell.name}", str(cell.calendar_id or ""))
    calendar_id = next((c.pk for c in calendars if str(c.pk) == asked), None)
    return Cell(cell.plan, cell.priority, cell.status, text, calendar_id, _find_error(text, calendar_id))


def _find_error(text: str, calendar_id: int | None) -> str:
    if not text:
        return ""
    try:
        parse_duration(text)
    except NoDuration as error:
        return str(error)
    return "" if calendar_id else "Choose the calendar that the time is counted in."


def save_matrix(*, desk: Desk, matrix: Matrix, user: User) -> int:
    """Keep a matrix without errors; gives the number of promises added, changed or taken away.

    Each is audited in the same transaction. Running clocks keep the deadline that they were given; the next
    ticket, and a change of priority, goes by the new promise.
    """
    with transaction.atomic():
        kept = {_key(t): t for t in _lock_targets(desk)}
        cells: Iterable[Cell] = (cell for row in matrix.rows for cell in row.cells)
        return sum(_save_cell(desk, cell, kept.get(cell.key), user) for cell in cells)


def _lock_targets(desk: Desk) -> Iterable[Target]:
    return Target.objects.filter(desk=desk).select_related("calendar").select_for_update(of=("self",))


def _save_cell(desk: Desk, cell: Cell, target: Target | None, user: User) -> bool:
    before = _words(target)
    if not cell.text:
        if target is not None:
            target.delete()
    else:
        target = target or Target(
            desk=desk, plan=cell.plan, priority=cell.priority, account_status=cell.status
        )
        minutes = parse_duration(cell.text)
        if target.pk and (target.minutes, target.calendar_id) == (minutes, cell.calendar_id):
            return False
        target.minutes, target.calendar = minutes, Calendar.objects.get(desk=desk, pk=cell.calendar_id or 0)
        target.save()
    after = _words(target if cell.text else None)
    if before == after:
        return False
    _audit(desk, cell, user, before, after)
    return True


def _words(target: Target | None) -> dict[str, Any]:
    return {"minutes": target.minutes, "calendar": target.calendar.name} if target else {}


def _audit(desk: Desk, cell: Cell, user: User, before: dict[str, Any], after: dict[str, Any]) -> None:
    changes = {name: [before.get(name), after.get(name)] for name in ("minutes", "calendar")}
    what = "changed" if before and after else "added" if after else "deleted"
    record_audit(
        desk=desk,
        user=user,
        action=f"SLA target {what}",
        target=" / ".join(filter(None, [str(cell.plan), str(cell.priority), cell.status])),
        detail={"model": "accounts.plan", "pk": str(cell.plan.pk), "changes": changes},
    )
