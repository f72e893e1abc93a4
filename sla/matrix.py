"""The SLA matrix: a desk's targets for a clock by plan and priority (M36, M69)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import AccountStatus, AuditAction, Desk, Plan, User
from sla.durations import Amount, InvalidDurationError, format_target_input, parse_target
from sla.models import Calendar, ClockKind, Target, TargetUnit
from tickets.models import Priority


class MatrixConflictError(Exception):
    """Another admin saved a cell after it was read here."""


Key = tuple[int, int, str]  # plan, priority, account status ("" for every status)


@dataclass(frozen=True)
class Cell:
    """One target as typed: an amount of time (empty for none) and the calendar that counts it.

    kept: the target when the cell was read, as _make_token writes it.
    """

    plan: Plan
    priority: Priority
    status: str
    text: str
    calendar_id: int | None
    kept: str = ""
    error: str = ""

    @property
    def token(self) -> str:
        """The typed target in the form of ``kept``, which it equals if the cell wasn't changed."""
        try:
            return _make_token(parse_target(self.text) if self.text else None, self.calendar_id)
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
    """A plan, or a plan for accounts of one status, with a cell per priority."""

    plan: Plan
    status: str
    cells: tuple[Cell, ...]

    @property
    def status_label(self) -> str:
        return str(AccountStatus(self.status).label) if self.status else ""


@dataclass(frozen=True)
class Matrix:
    """The matrix of one kind of clock, as entered, with the errors of its cells."""

    clock: ClockKind
    priorities: tuple[Priority, ...]
    calendars: tuple[Calendar, ...]
    rows: tuple[Row, ...]

    @property
    def errors(self) -> list[str]:
        return [cell.error for row in self.rows for cell in row.cells if cell.error]


def read_matrix(
    desk: Desk,
    written: Mapping[str, str] | None = None,
    *,
    clock: ClockKind = ClockKind.FIRST_RESPONSE,
) -> Matrix:
    """Return a clock's matrix as stored, or as a form has it, with errors by cell. Four queries.

    written: the form's values ``minutes-PLAN-PRIORITY-STATUS``, ``calendar-PLAN-PRIORITY-STATUS``
    and ``kept-PLAN-PRIORITY-STATUS``, the target that the page showed. A cell that only others
    changed since then is as they saved it; one that both changed has an error.
    """
    targets = {_get_key(t): t for t in _list_cells(desk, clock)}
    priorities = _list_priorities(desk, targets.values())
    calendars = tuple(Calendar.objects.filter(desk=desk))
    rows = []
    for plan in Plan.objects.filter(desk=desk, is_retired=False) | Plan.objects.filter(
        desk=desk, pk__in={plan_id for plan_id, _priority, _status in targets}
    ):
        for status in [
            "",
            *sorted({s for plan_id, _priority, s in targets if plan_id == plan.pk and s}),
        ]:
            cells = (
                _build_cell(plan, p, status, targets.get((plan.pk, p.pk, status)), calendars)
                for p in priorities
            )
            row = tuple(
                _rewrite(cell, written, calendars) if written is not None else cell
                for cell in cells
            )
            rows.append(Row(plan, status, row))
    return Matrix(clock, priorities, calendars, tuple(rows))


def write_cell(
    desk: Desk,
    clock: ClockKind,
    *,
    plan: Plan,
    priority: Priority,
    status: str,
    text: str,
    calendar_id: int | None,
) -> Matrix:
    """Return a matrix of one cell, as read now and then written; with its error, if any."""
    cells = _list_cells(desk, clock).filter(plan=plan, priority=priority, account_status=status)
    cell = Cell(plan, priority, status, text, calendar_id, kept=_get_token(cells.first()))
    written = replace(cell, error=_find_error(text, calendar_id))
    return Matrix(clock, (priority,), (), (Row(plan, status, (written,)),))


def _list_cells(desk: Desk, clock: ClockKind) -> QuerySet[Target]:
    """Return the targets that the matrix has cells for."""
    return Target.objects.filter(desk=desk, policy=None, clock=clock)


def _list_priorities(desk: Desk, targets: Iterable[Target]) -> tuple[Priority, ...]:
    """Return the offered priorities by rank, then the retired ones that still have a target."""
    used = {target.priority_id for target in targets}
    every = Priority.objects.filter(desk=desk).order_by("is_retired", "rank")
    return tuple(one for one in every if not one.is_retired or one.pk in used)


def _get_key(target: Target) -> Key:
    assert target.plan_id is not None and target.priority_id is not None  # noqa: S101, PT018 (a cell)
    return (target.plan_id, target.priority_id, target.account_status)


def _build_cell(
    plan: Plan,
    priority: Priority,
    status: str,
    target: Target | None,
    calendars: tuple[Calendar, ...],
) -> Cell:
    if target is not None:
        text = format_target_input(target.unit, target.amount, target.by_minute)
        return Cell(plan, priority, status, text, target.calendar_id, kept=_get_token(target))
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
    return replace(typed, error=typed.error or _describe_conflict(cell, calendars))


def _describe_conflict(cell: Cell, calendars: tuple[Calendar, ...]) -> str:
    if not cell.text:
        return _("This target was removed while you were editing. Save again to keep yours.")
    name = next((calendar.name for calendar in calendars if calendar.pk == cell.calendar_id), "")
    return _(
        "This target was changed to %(duration)s (%(calendar)s) while you were editing. "
        "Save again to overwrite it."
    ) % {"duration": cell.text, "calendar": name}


def _make_token(amount: Amount | None, calendar_id: int | None) -> str:
    """Return a target as one word for comparison; "" for none."""
    if amount is None:
        return ""
    if amount.unit == TargetUnit.NONE:
        return amount.unit
    by_minute = "" if amount.by_minute is None else amount.by_minute
    return f"{amount.unit}:{amount.amount}:{by_minute}:{calendar_id}"


def _get_token(target: Target | None) -> str:
    return _make_token(_get_amount(target), target.calendar_id) if target else ""


def _get_amount(target: Target) -> Amount:
    return Amount(target.unit, target.amount, target.by_minute)


def _find_error(text: str, calendar_id: int | None) -> str:
    if not text:
        return ""
    try:
        amount = parse_target(text)
    except InvalidDurationError as error:
        return str(error)
    needs_calendar = amount.unit != TargetUnit.NONE
    return _("Choose the calendar for this target.") if needs_calendar and not calendar_id else ""


def save_matrix(*, desk: Desk, matrix: Matrix, user: User) -> int:
    """Save a matrix without errors; return the number of targets added, changed or deleted.

    Each is audited in the same transaction. Running clocks keep their deadlines, unless they are
    planned again (sla/replanning.py). Raises MatrixConflictError and saves
    nothing if another admin saved one of these cells since the matrix was read.
    """
    try:
        with transaction.atomic():
            stored = _list_cells(desk, matrix.clock).select_related("calendar")
            kept = {_get_key(t): t for t in stored.select_for_update(of=("self",))}
            cells: Iterable[Cell] = (cell for row in matrix.rows for cell in row.cells)
            changed = [cell for cell in cells if cell.token != cell.kept]
            return sum(
                _save_cell(desk, matrix.clock, cell, kept.get(cell.key), user) for cell in changed
            )
    except IntegrityError as error:  # two admins filled an empty cell at once
        raise MatrixConflictError from error


def _save_cell(desk: Desk, clock: ClockKind, cell: Cell, target: Target | None, user: User) -> bool:
    if _get_token(target) != cell.kept:
        raise MatrixConflictError
    before = _describe_target(target)
    if not cell.text:
        if target is not None:
            target.delete()
    else:
        target = target or Target(
            desk=desk,
            plan=cell.plan,
            priority=cell.priority,
            account_status=cell.status,
            clock=clock,
        )
        _write(target, cell)
    after = _describe_target(target if cell.text else None)
    _audit(desk, clock, cell, user, before, after)
    return True


def _write(target: Target, cell: Cell) -> None:
    target.unit, target.amount, target.by_minute = parse_target(cell.text)
    target.calendar = None
    if target.unit != TargetUnit.NONE:
        target.calendar = Calendar.objects.get(desk=target.desk_id, pk=cell.calendar_id or 0)
    target.save()


def _describe_target(target: Target | None) -> dict[str, Any]:
    """Return a target for the audit log: minutes as a number, other amounts as typed."""
    if target is None:
        return {}
    calendar = target.calendar.name if target.calendar else ""
    if target.unit == TargetUnit.MINUTES:
        return {"minutes": target.amount, "calendar": calendar}
    return {"target": format_target_input(*_get_amount(target)), "calendar": calendar}


def _audit(
    desk: Desk,
    clock: ClockKind,
    cell: Cell,
    user: User,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    names = [name for name in ("minutes", "target", "calendar") if name in {**before, **after}]
    changes = {name: [before.get(name), after.get(name)] for name in names}
    if before and after:
        action = AuditAction.TARGET_CHANGED
    else:
        action = AuditAction.TARGET_ADDED if after else AuditAction.TARGET_DELETED
    kind = "" if clock == ClockKind.FIRST_RESPONSE else clock.value
    record_audit(
        desk=desk,
        by=user,
        action=action,
        about=cell.plan,
        target=" / ".join(filter(None, [cell.plan.name, cell.priority.name, cell.status, kind])),
        detail={"changes": changes},
    )
