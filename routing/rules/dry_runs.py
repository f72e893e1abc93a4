"""Dry runs: what the rules would change on the latest tickets, and applying exactly that.

A task works through the tickets in slices, newest first. The table that it leaves is applied by the
same code that routes new tickets; a ticket that isn't as it was in the dry run is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.audit import Actor, record_audit
from accounts.failures import capture_failure
from accounts.models import AuditAction, Desk
from routing.models import DryRun, DryRunRow, DryRunState, RowState, RuleVersion, TraceCause
from routing.models.dry_runs import MAX_TICKETS, WORKING
from routing.rules.book import RuleBook, get_rule_book
from routing.rules.by_hand import find_kept
from routing.rules.facts import read_tag_names, read_texts
from routing.rules.live import Decision, decide, decide_on
from routing.rules.placement import Placement, get_placement
from routing.rules.words import find_words
from routing.services import route_again
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.models import OPEN_STATES, Ticket, TicketTag
from tickets.queueing import Queue, TaskName, queue_once_after_commit
from tickets.services.tags import get_tag_ids

WORK = TaskName("routing.tasks.work_on_dry_runs", queue=Queue.BULK)
SLICE = 100  # tickets that are tried together
KEPT = 10  # dry runs of a desk


@dataclass(frozen=True, slots=True)
class Prediction:
    """The predicted effect of the rules on a ticket."""

    ticket: Ticket
    before: Placement
    after: Placement
    rules: tuple[str, ...]
    state: RowState = RowState.PREDICTED


def start_dry_run(
    *, desk: Desk, size: int, includes_inactive: bool, by_name: str, at: datetime
) -> DryRun:
    """Start a dry run over the latest tickets. Older dry runs than the newest few are deleted.

    One that is being applied stays. Raises ConflictError if the desk has no rules.
    """
    version = RuleVersion.objects.filter(desk=desk).order_by("-number").first()
    if version is None or not version.rules:
        raise ConflictError(_("There are no routing rules yet. Add a rule first."))
    newest = Ticket.objects.filter(desk=desk).aggregate(newest=Max("pk"))["newest"] or 0
    with transaction.atomic():
        run = DryRun.objects.create(
            desk=desk,
            version=version,
            size=min(size, MAX_TICKETS),
            includes_inactive=includes_inactive,
            by_name=by_name,
            made_at=at,
            before_id=newest + 1,
        )
        runs = DryRun.objects.filter(desk=desk)
        kept = list(runs.order_by("-pk").values_list("pk", flat=True)[:KEPT])
        runs.exclude(pk__in=kept).exclude(state=DryRunState.APPLYING).delete()
        queue_once_after_commit(WORK)
    return run


def apply_dry_run(*, dry_run: DryRun, by: Actor, at: datetime) -> None:
    """Start to apply a finished dry run, and audit that. Applying it again changes nothing.

    Raises ConflictError if the rules have changed, or if it includes inactive rules.
    """
    with transaction.atomic():
        run = DryRun.objects.select_for_update(of=("self",)).get(pk=dry_run.pk)
        if run.state in (DryRunState.APPLYING, DryRunState.APPLIED):
            return
        if run.includes_inactive:
            raise ConflictError(
                _("This dry run includes inactive rules. Activate them and start another one.")
            )
        if run.state != DryRunState.DONE:
            raise ConflictError(_("Wait until the dry run is done."))
        if not is_current(run):
            run.state = DryRunState.OUTDATED
            run.save(update_fields=["state"])
        else:
            run.state, run.applied_by, run.applied_at = DryRunState.APPLYING, str(by), at
            run.save(update_fields=["state", "applied_by", "applied_at"])
            _record_application(run, by)
            queue_once_after_commit(WORK)
    if run.state == DryRunState.OUTDATED:
        raise ConflictError(_("The rules have changed since. Start another dry run."))


def _record_application(run: DryRun, by: Actor) -> None:
    count = run.rows.filter(state=RowState.PREDICTED).count()
    record_audit(
        desk=run.desk_id,
        by=by,
        action=AuditAction.CHANGED,
        about=run,
        target=f"#{run.pk}",
        detail={"version": run.version.number, "tickets": count},
    )


def is_current(run: DryRun) -> bool:
    """Return True if the rules are still those of the dry run."""
    latest = RuleVersion.objects.filter(desk_id=run.desk_id).aggregate(latest=Max("number"))
    return bool(latest["latest"] == run.version.number)


def work_on_dry_run(*, desk_id: int, at: datetime) -> int:
    """Work on the next slice of the desk's dry runs. Return the number of tickets, 0 if none."""
    with transaction.atomic():
        waiting = DryRun.objects.filter(desk_id=desk_id, state__in=WORKING).order_by("pk")
        run = waiting.select_for_update(of=("self",), skip_locked=True).first()
        if run is None:
            return 0
        if not is_current(run):
            run.state = DryRunState.OUTDATED
            run.save(update_fields=["state"])
            return 1
        return _try_slice(run) if run.state == DryRunState.RUNNING else _apply_next(run, at=at)


def _try_slice(run: DryRun) -> int:
    """Try the rules on the next tickets; keep a row for each one that they would change."""
    desk = Desk.objects.get(pk=run.desk_id)
    tickets = Ticket.objects.filter(desk=desk, pk__lt=run.before_id).order_by("-pk")
    related = tickets.select_related("account__plan", "priority", "product")
    found = list(related[: min(SLICE, run.size - run.tried)])
    for ticket in found:
        ticket.desk = desk
    predicted = _predict_all(found, get_rule_book(desk), with_inactive=run.includes_inactive)
    DryRunRow.objects.bulk_create(
        DryRunRow(
            desk=desk,
            dry_run=run,
            ticket=each.ticket,
            before=each.before.to_json(),
            after=each.after.to_json(),
            rules=list(each.rules),
            state=each.state if each.ticket.status in OPEN_STATES else RowState.CLOSED,
        )
        for each in predicted
        if each.after != each.before or each.state == RowState.FAILED
    )
    run.tried += len(found)
    run.before_id = found[-1].pk if found else run.before_id
    if len(found) < SLICE or run.tried >= run.size:
        run.state = DryRunState.DONE
    run.save(update_fields=["tried", "before_id", "state"])
    return max(len(found), 1)


def _predict_all(
    tickets: Sequence[Ticket], book: RuleBook, *, with_inactive: bool
) -> list[Prediction]:
    """Return the predictions. A ticket that fails doesn't stop the others; its row says so."""
    with (
        capture_failure(_leave_to_log, event="dry_run_slice_failed", version=book.number),
        transaction.atomic(),
    ):
        return predict(tickets, book, with_inactive=with_inactive)
    return [_predict_alone(ticket, book, with_inactive=with_inactive) for ticket in tickets]


def _predict_alone(ticket: Ticket, book: RuleBook, *, with_inactive: bool) -> Prediction:
    with (
        capture_failure(_leave_to_log, event="dry_run_row_failed", ticket=ticket.pk),
        transaction.atomic(),
    ):
        return predict([ticket], book, with_inactive=with_inactive)[0]
    before = get_placement(ticket, get_tag_ids(ticket))
    return Prediction(ticket, before, before, (), RowState.FAILED)


def predict(
    tickets: Sequence[Ticket], book: RuleBook, *, with_inactive: bool = False
) -> list[Prediction]:
    """Return what the rules would do with tickets. The number of statements is fixed."""
    conditions = book.list_words(with_inactive=with_inactive)
    words = find_words(conditions, read_texts(tickets)) if conditions else {}
    kept = find_kept([ticket.pk for ticket in tickets])
    tags = _read_tags(tickets)
    names = _read_names(tags) if book.looks_at_tags(with_inactive=with_inactive) else {}
    found = []
    for ticket in tickets:
        decision = decide_on(
            ticket,
            book,
            words=words.get(ticket.pk, frozenset()),
            tags=[names[tag] for tag in tags[ticket.pk] if tag in names],
            kept=kept.get(ticket.pk, frozenset()),
            with_inactive=with_inactive,
        )
        found.append(_predict(ticket, decision, get_placement(ticket, tags[ticket.pk])))
    return found


def _predict(ticket: Ticket, decision: Decision, before: Placement) -> Prediction:
    fired = decision.trace.fired if decision.trace else ()
    return Prediction(ticket, before, decision.settle(before), tuple(rule.name for rule in fired))


def _read_tags(tickets: Sequence[Ticket]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {ticket.pk: [] for ticket in tickets}
    rows = TicketTag.objects.filter(ticket_id__in=found).values_list("ticket_id", "tag_id")
    for ticket_id, tag_id in rows:
        found[ticket_id].append(tag_id)
    return found


def _read_names(tags: Mapping[int, Sequence[int]]) -> Mapping[int, str]:
    return read_tag_names({tag for ids in tags.values() for tag in ids})


def _apply_next(run: DryRun, *, at: datetime) -> int:
    """Apply the next row, once, and only to a ticket that is as it was.

    Each ticket has a transaction of its own: one that has claimed an agent must not wait for the
    lock of another ticket, whose transaction may wait for that agent.
    """
    row = run.rows.filter(state=RowState.PREDICTED).order_by("-ticket_id").first()
    if row is None:
        run.state = DryRunState.APPLIED
        run.save(update_fields=["state"])
        return 1
    state = RowState.FAILED
    with (
        capture_failure(_leave_to_log, event="dry_run_row_failed", row=row.pk),
        transaction.atomic(),
    ):
        state = _apply_row(row, at=at)
    row.state = state
    row.save(update_fields=["state"])
    return 1


def _leave_to_log(error: str) -> None:
    """Record nothing: the row says that it failed, and the log why."""


def _apply_row(row: DryRunRow, *, at: datetime) -> RowState:
    change = Change.open(row.ticket_id, by=SYSTEM, at=at)
    ticket = change.ticket
    if ticket.status not in OPEN_STATES:
        return RowState.CLOSED
    kept = find_kept([ticket.pk]).get(ticket.pk, frozenset())
    before = get_placement(ticket, get_tag_ids(ticket))
    after = decide(change, kept=kept).settle(before)
    if (before.to_json(), after.to_json()) != (row.before, row.after):
        return RowState.CHANGED
    route_again(change, cause=TraceCause.APPLIED, kept=kept)
    change.touch()
    change.save()
    return RowState.APPLIED
