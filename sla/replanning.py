"""Let open tickets follow changed targets, policies, calendars and ladders, in slices (M36).

The page of a change compares the settings before and after it (``Touched``), asks whether open
tickets follow, and leaves a Replan. Each ticket whose clocks are touched then follows in a change
of its own, once, from where the last slice ended; the others keep their deadlines, also those that
an earlier change left alone. A ticket that fails keeps its deadlines and doesn't stop the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.failures import capture_failure
from sla.ladders.following import is_settled, list_tickets, settle_ticket
from sla.models import (
    Calendar,
    LevelTarget,
    Policy,
    Replan,
    ReplanCause,
    ReplanScope,
    Target,
)
from sla.previews import (
    MAX_CHECKED,
    NewTerms,
    Preview,
    Touched,
    compare_tickets,
    cover_tickets,
    has_late_clocks,
    list_open_tickets,
    name_level_target,
)
from sla.services import replan_ticket
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.models import OPEN_STATES, Ticket
from tickets.queueing import Queue, TaskName, queue_once_after_commit

APPLY = TaskName("sla.tasks.apply_replans", queue=Queue.BULK)
READ = 500  # tickets that a slice compares at most, to find the next BATCH
CHUNK = 20  # of them at once: reading more than a slice plans would be for nothing
BATCH = 10  # tickets that stay locked together: about a quarter of a second


@dataclass(frozen=True)
class Terms:
    """The SLA settings of a desk, by row: values that differ if the row was changed.

    policies: in their order, each with the IDs of its targets.
    """

    targets: dict[int, Any]
    calendars: dict[int, int]
    levels: dict[str, Any]
    policies: dict[int, Any]
    targets_of: dict[int, frozenset[int]]


def read_terms(desk_id: int) -> Terms:
    """Return the desk's SLA settings as stored now. Five queries."""
    targets = list(Target.objects.filter(desk_id=desk_id).order_by())
    calendars = Calendar.objects.filter(desk_id=desk_id).order_by()
    levels = LevelTarget.objects.filter(desk_id=desk_id).order_by()
    policies = Policy.objects.filter(desk_id=desk_id).prefetch_related("conditions")
    return Terms(
        {row.pk: (row.unit, row.amount, row.by_minute, row.calendar_id) for row in targets},
        dict(calendars.values_list("pk", "version")),
        {name_level_target(row.level, row.clock): (row.minutes, row.calendar_id) for row in levels},
        {
            each.pk: (each.is_active, {(row.kind, row.key) for row in each.conditions.all()})
            for each in policies
        },
        {
            each.pk: frozenset(row.pk for row in targets if row.policy_id == each.pk)
            for each in policies
        },
    )


def find_touched(before: Terms, after: Terms) -> Touched:
    """Return what differs between two states of the settings."""
    policies = _find_different(before.policies, after.policies) | _find_moved(before, after)
    of_policies = [
        terms.targets_of.get(pk, frozenset()) for pk in policies for terms in (before, after)
    ]
    return Touched(
        _find_different(before.targets, after.targets).union(*of_policies),
        _find_different(before.calendars, after.calendars),
        _find_different(before.levels, after.levels),
    )


def _find_moved(before: Terms, after: Terms) -> frozenset[int]:
    """Return policies without which the order is as it was: of each changed pair, at least one."""
    was, now = list(before.policies), list(after.policies)
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    kept = {pk for block in blocks for pk in was[block.a : block.a + block.size]}
    return frozenset(now) - kept


def _find_different(before: dict[Any, Any], after: dict[Any, Any]) -> frozenset[Any]:
    every = before.keys() | after.keys()
    return frozenset(pk for pk in every if before.get(pk) != after.get(pk))


def preview_touched(*, desk_id: int, touched: Touched, at: datetime) -> Preview:
    """Return how the newest MAX_CHECKED open tickets would follow the settings as stored now."""
    return _preview(_list_newest(list_open_tickets(desk_id)), touched, at=at)


def preview_new_terms(*, desk_id: int, account_id: int, at: datetime) -> Preview:
    """Return how an account's newest open tickets would follow its plan and status as stored now.

    Deadlines only: the department that a ticket moves to isn't looked up, and a policy can ask for
    it.
    """
    tickets = list_open_tickets(desk_id).filter(account_id=account_id, is_unverified=False)
    related = tickets.select_related("desk", "account__plan", "priority", "product")
    newest = _list_newest(related)
    cover_tickets(newest)
    return _preview(newest, NewTerms(), at=at)


def _list_newest(tickets: QuerySet[Ticket]) -> list[Ticket]:
    return list(tickets.order_by("-pk")[: MAX_CHECKED + 1])


def _preview(newest: list[Ticket], touched: Touched, *, at: datetime) -> Preview:
    checked = newest[:MAX_CHECKED]
    return Preview.count(
        compare_tickets(checked, touched, at=at),
        at=at,
        checked=len(checked),
        is_capped=len(newest) > MAX_CHECKED,
        has_late=has_late_clocks(checked, touched),
    )


def change_settings(
    *,
    desk_id: int,
    by: str,
    cause: ReplanCause,
    scope: ReplanScope | None,
    change: Callable[[], object],
    at: datetime,
    subject: str = "",
) -> Preview:
    """Make a change of SLA settings and let open tickets follow it if ``scope`` says so.

    Returns how they follow. scope: None only previews, and undoes the change.
    """
    with transaction.atomic():
        before = read_terms(desk_id)
        change()
        touched = find_touched(before, read_terms(desk_id))
        preview = preview_touched(desk_id=desk_id, touched=touched, at=at)
        if scope is None:
            transaction.set_rollback(True)
        elif touched and (preview.needs_choice or preview.has_late):
            request_replan(
                desk_id=desk_id, by=by, cause=cause, scope=scope, touched=touched, at=at,
                subject=subject,
            )  # fmt: skip
    return preview


def request_replan(
    *,
    desk_id: int,
    by: str,
    cause: ReplanCause,
    scope: ReplanScope,
    touched: Touched,
    at: datetime,
    subject: str = "",
) -> Replan:
    """Record a change and, if open tickets follow it, queue that. Call it in its transaction."""
    newest = Ticket.objects.filter(desk_id=desk_id).order_by("-pk").values_list("pk", flat=True)
    replan = Replan.objects.create(
        desk_id=desk_id,
        cause=cause,
        scope=scope,
        subject=subject,
        by_name=by,
        at=at,
        touched=touched.to_json(),
        upto=newest.first() or 0,
        done_at=None if scope == ReplanScope.OPEN else at,
    )
    if scope == ReplanScope.OPEN:
        queue_once_after_commit(APPLY)
    return replan


def apply_replans(*, desk_id: int, at: datetime) -> int:
    """Let up to BATCH tickets follow the desk's first unfinished change; 0 if there is none.

    A change that another worker holds is skipped.
    """
    due = Replan.objects.filter(desk_id=desk_id, done_at__isnull=True).order_by("pk")
    with transaction.atomic():
        replan = due.select_for_update(of=("self",), skip_locked=True).first()
        if replan is None:
            return 0
        kinds, is_last = _find_next(replan, at)
        ids = list(kinds)
        _follow(replan, {ticket_id: kinds[ticket_id] for ticket_id in ids[:BATCH]}, at)
        if len(ids) > BATCH:
            replan.reached = ids[BATCH - 1]
        elif is_last:
            replan.done_at = at
        replan.save(update_fields=["reached", "done_at", "moved", "failed"])
    return max(len(ids[:BATCH]), 1)


def _find_next(replan: Replan, at: datetime) -> tuple[dict[int, set[str]], bool]:
    """Return the clocks that move on the next tickets, and True if there are no more tickets.

    Of a changed ladder, the tickets only. Sets `reached` to the last ticket that was compared.
    """
    kinds = dict[int, set[str]]()
    is_ladder = replan.cause == ReplanCause.LADDER
    every = list_tickets(replan.desk_id) if is_ladder else list_open_tickets(replan.desk_id)
    left = every.filter(pk__lte=replan.upto).order_by("pk")
    for _chunk in range(0, READ, CHUNK):
        tickets = list(left.filter(pk__gt=replan.reached)[:CHUNK])
        if is_ladder:
            kinds |= {ticket.pk: set() for ticket in tickets if not is_settled(ticket, at)}
        else:
            _add_moves(kinds, replan, tickets)
        if len(tickets) < CHUNK:
            return kinds, True
        replan.reached = tickets[-1].pk
        if len(kinds) >= BATCH:
            break
    return kinds, False


def _add_moves(kinds: dict[int, set[str]], replan: Replan, tickets: Sequence[Ticket]) -> None:
    for move in compare_tickets(tickets, Touched.from_json(replan.touched), at=replan.at):
        kinds.setdefault(move.ticket_id, set()).add(move.kind)


def _follow(replan: Replan, kinds: Mapping[int, set[str]], at: datetime) -> None:
    for ticket_id, of_ticket in kinds.items():
        failures: list[str] = []
        with capture_failure(
            failures.append, event="replan_failed", replan=replan.pk, ticket=ticket_id
        ):
            if replan.cause == ReplanCause.LADDER:
                settle_ticket(ticket_id, at)
                replan.moved += 1
            else:
                replan.moved += _follow_one(replan, ticket_id, of_ticket)
        replan.failed += len(failures)


def _follow_one(replan: Replan, ticket_id: int, kinds: set[str]) -> int:
    """Plan these clocks of a ticket as of the change. Return 1 if a deadline moved."""
    with transaction.atomic():
        change = Change.open(ticket_id, by=SYSTEM, at=replan.at)
        if change.ticket.status not in OPEN_STATES:
            return 0
        replan_ticket(change, replan.cause, kinds=kinds)
        change.save()
        return min(len(change.events), 1)
