"""The SLA matrix: every promise of a desk on one page, a row per plan, a column per priority (M36, M69)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import record_audit
from accounts.models import AccountStatus, AuditAction, Desk, Plan, User
from sla.durations import InvalidDurationError, format_duration, parse_duration
from sla.models import Calendar, Target
from tickets.models import Priority


class MatrixConflictError(Exception):
    """Somebody else saved a cell between the reading and the writing of it."""


Key = tuple[int, int, str]  # plan, priority, account status ("" for every status)


@dataclass(frozen=True)
class Cell:
    """One promise as written: a length of time (empty for none) and the calendar that it is counted in."""

    plan: Plan
    priority: Priority
    status: str
    text: str
    calendar_id: int | None
    kept: str = ""  # the promise that stood when the cell was read, as _token writes it
    error: str = ""

    @property
    def token(self) -> str:
        """What is written in it; it equals ``kept`` while nobody has changed the cell."""
        try:
            return _token(parse_duration(self.text) if self.text else None, self.calendar_id)
        except InvalidDurationError:
            return self.text

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

    written: form values ``minutes-PLAN-PRIORITY-STATUS``, ``calendar-PLAN-PRIORITY-STATUS`` and
    ``kept-PLAN-PRIORITY-STATUS``, the promise that the page was made with. A cell that only others have changed since
    is as they made it; one that both changed is an error.
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
                _kept(plan, p, status, targets.get((plan.pk, p.pk, status)), calendars)
                for p in priorities
            )
            row = tuple(
                _rewrite(cell, written, calendars) if written is not None else cell
                for cell in cells
            )
            rows.append(Row(plan, status, row))
    return Matrix(priorities, calendars, tuple(rows))


def _key(target: Target) -> Key:
    return (target.plan_id, target.priority_id, target.account_status)


def _kept(
    plan: Plan,
    priority: Priority,
    status: str,
    target: Target | None,
    calendars: tuple[Calendar, ...],
) -> Cell:
    if target is not None:
        text = format_duration(target.minutes)
        return Cell(plan, priority, status, text, target.calendar_id, kept=_token_of(target))
    return Cell(plan, priority, status, "", calendars[0].pk if len(calendars) == 1 else None)


def _rewrite(cell: Cell, written: Mapping[str, str], calendars: tuple[Calendar, ...]) -> Cell:
    text = written.get(f"minutes-{cell.name}", cell.text).strip()
    asked = written.get(f"calendar-{cell.name}", str(cell.calendar_id or ""))
    calendar_id = next((c.pk for c in calendars if str(c.pk) == asked), None)
    typed = replace(cell, text=text, calendar_id=calendar_id, error=_find_error(text, calendar_id))
    shown = written.get(f"kept-{cell.name}", cell.kept)
    if shown == cell.kept or typed.token == cell.kept:
        return typed
    if typed.token == shown:
        return cell
    return replace(
        typed, error=typed.error or f"{_tell(cell, calendars)} Save again to have yours."
    )


def _tell(cell: Cell, calendars: tuple[Calendar, ...]) -> str:
    """What somebody else has made of a cell."""
    if not cell.text:
        return "Somebody has emptied this meanwhile."
    name = next((calendar.name for calendar in calendars if calendar.pk == cell.calendar_id), "")
    return f"Somebody has made this {cell.text} of {name} meanwhile."


def _token(minutes: int | None, calendar_id: int | None) -> str:
    """A promise as one word, to be compared; "" for none."""
    return f"{minutes}:{calendar_id}" if minutes else ""


def _token_of(target: Target | None) -> str:
    return _token(target.minutes, target.calendar_id) if target else ""


def _find_error(text: str, calendar_id: int | None) -> str:
    if not text:
        return ""
    try:
        parse_duration(text)
    except InvalidDurationError as error:
        return str(error)
    return "" if calendar_id else "Choose the calendar that the time is counted in."


def save_matrix(*, desk: Desk, matrix: Matrix, user: User) -> int:
    """Keep a matrix without errors; gives the number of promises added, changed or taken away.

    Each is audited in the same transaction. Running clocks keep the deadline that they were given; the next
    ticket, and a change of priority, goes by the new promise. Raises MatrixConflictError, and keeps nothing, when somebody
    saved one of these cells since the matrix was read.
    """
    try:
        with transaction.atomic():
            kept = {_key(t): t for t in _lock_targets(desk)}
            cells: Iterable[Cell] = (cell for row in matrix.rows for cell in row.cells)
            changed = [cell for cell in cells if cell.token != cell.kept]
            return sum(_save_cell(desk, cell, kept.get(cell.key), user) for cell in changed)
    except IntegrityError as error:  # two filled an empty cell at once
        raise MatrixConflictError from error


def _lock_targets(desk: Desk) -> Iterable[Target]:
    return (
        Target.objects.filter(desk=desk).select_related("calendar").select_for_update(of=("self",))
    )


def _save_cell(desk: Desk, cell: Cell, target: Target | None, user: User) -> bool:
    if _token_of(target) != cell.kept:
        raise MatrixConflictError
    before = _words(target)
    if not cell.text:
        if target is not None:
            target.delete()
    else:
        target = target or Target(
            desk=desk, plan=cell.plan, priority=cell.priority, account_status=cell.status
        )
        target.minutes = parse_duration(cell.text)
        target.calendar = Calendar.objects.get(desk=desk, pk=cell.calendar_id or 0)
        target.save()
    after = _words(target if cell.text else None)
    _audit(desk, cell, user, before, after)
    return True


def _words(target: Target | None) -> dict[str, Any]:
    return {"minutes": target.minutes, "calendar": target.calendar.name} if target else {}


def _audit(
    desk: Desk, cell: Cell, user: User, before: dict[str, Any], after: dict[str, Any]
) -> None:
    changes = {name: [before.get(name), after.get(name)] for name in ("minutes", "calendar")}
    if before and after:
        action = AuditAction.TARGET_CHANGED
    else:
        action = AuditAction.TARGET_ADDED if after else AuditAction.TARGET_DELETED
    record_audit(
        desk=desk,
        by=user,
        action=action,
        about=cell.plan,
        target=" / ".join(filter(None, [str(cell.plan), str(cell.priority), cell.status])),
        detail={"changes": changes},
    )
