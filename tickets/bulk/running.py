"""Running bulk changes: each ticket in a transaction of its own, exactly once.

A killed worker leaves its tickets due; two workers skip each other's locked rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.failures import capture_failure, describe_time_limit
from accounts.models import Agent
from accounts.tokens.lookup import can_act
from tickets.bulk.merging import BulkMerge, is_merged, merge_item, unmerge_item
from tickets.bulk.values import Restoring, compare, read_values, restore_values
from tickets.errors import NotAllowedError, ServiceError
from tickets.macros.access import require_usable
from tickets.macros.acts import Acts, Resolved, resolve
from tickets.macros.applying import apply_acts, lock_ticket
from tickets.models import BulkItem, BulkJob, ItemState, Macro, Ticket

SLICE = 20  # tickets of one job in a turn
MAX_JOBS = 20  # of a desk in a turn
KEPT = timedelta(days=30)
MAX_REASON = BulkItem._meta.get_field("reason").max_length


@dataclass(frozen=True, slots=True)
class _Work:
    """A job as it is run: the agent as they are now, and the acts with their rows."""

    job: BulkJob
    agent: Agent
    at: datetime
    resolved: Resolved
    macro: Macro | None


def run_bulk_jobs(*, desk_id: int, at: datetime) -> int:
    """Run a slice of each unfinished bulk change of a desk. Return how many tickets were handled.

    A finished job counts as one, so that the last slice is followed by another look.
    """
    unfinished = BulkJob.objects.filter(desk_id=desk_id, finished_at__isnull=True).order_by("id")
    return sum(_run_contained(job_id, at=at) for job_id in _list_ids(unfinished))


def _run_contained(job_id: int, *, at: datetime) -> int:
    """Run a slice of a job. One that fails as a whole is ended, so that later ones get their turn.

    A task that ran out of time ends no job: each ticket's own failure was noted.
    """

    def end(error: str) -> None:
        if error != describe_time_limit():
            _end_failed(job_id, at=at)

    with capture_failure(end, event="bulk_job_failed", job=job_id):
        return run_slice(job_id, at=at)
    return 1


def _end_failed(job_id: int, *, at: datetime) -> None:
    """Refuse what is left of a job, with a sentence, and end it."""
    job = BulkJob.objects.select_related("desk", "agent__user").filter(pk=job_id).first()
    if job is None:
        return
    with translation.override(_get_language(job)):
        reason = _(
            "Something went wrong, so this bulk change stopped. Start it again to finish the rest."
        )
    due = BulkItem.objects.filter(job_id=job_id, state=ItemState.DUE)
    with transaction.atomic():
        due.update(state=ItemState.REFUSED, reason=reason)
        unfinished = BulkJob.objects.filter(pk=job_id, finished_at__isnull=True)
        unfinished.update(finished_at=at)


def _list_ids(jobs: QuerySet[BulkJob]) -> list[int]:
    return list(jobs.values_list("pk", flat=True)[:MAX_JOBS])


def run_slice(job_id: int, *, at: datetime, limit: int | None = None) -> int:
    """Handle up to ``limit`` tickets of a job, and note when it is finished. Return their number.

    Texts are in the agent's language.
    """
    job = BulkJob.objects.select_related("desk", "agent__user").get(pk=job_id)
    with translation.override(_get_language(job)):
        return _run_slice(job, at=at, limit=limit or SLICE)


def _get_language(job: BulkJob) -> str:
    return job.agent.user.language or job.desk.language


def _run_slice(job: BulkJob, *, at: datetime, limit: int) -> int:
    due = BulkItem.objects.filter(job=job, state=ItemState.DUE).order_by("id")
    ids = list(due.values_list("pk", flat=True)[:limit])
    if not ids:
        return _finish(job, at=at)
    try:
        work = _prepare(job, at=at)
    except ServiceError as error:  # such as an agent or a priority that is gone by now
        due.filter(pk__in=ids).update(state=ItemState.REFUSED, reason=str(error)[:MAX_REASON])
        return len(ids)
    for item_id in ids:
        with capture_failure(
            partial(_refuse_failed, item_id),
            event="bulk_item_failed",
            item=item_id,
        ):
            _handle(work, item_id)
    return len(ids)


def _finish(job: BulkJob, *, at: datetime) -> int:
    unfinished = BulkJob.objects.filter(pk=job.pk, finished_at__isnull=True)
    return unfinished.update(finished_at=at)


def _prepare(job: BulkJob, *, at: datetime) -> _Work:
    agents = Agent.objects.select_related("desk", "user").with_closed_departments()
    agent = agents.get(pk=job.agent_id)
    if not can_act(agent):
        raise NotAllowedError(_("Your account here is deactivated. Ask an admin of the help desk."))
    resolved = resolve(Acts.from_json(job.acts), desk=job.desk, agent=agent)
    macro = Macro.objects.filter(pk=job.macro_id).first() if job.macro_id else None
    return _Work(job, agent, at, resolved, macro)


def _handle(work: _Work, item_id: int) -> None:
    """Change one ticket, and note what became of it, in one transaction."""
    with transaction.atomic():
        locked = BulkItem.objects.select_for_update(of=("self",), skip_locked=True)
        item = locked.filter(pk=item_id, state=ItemState.DUE).first()
        if item is None:  # another worker has it
            return
        try:
            with transaction.atomic():
                _change(work, item)
        except ServiceError as error:
            item.state, item.reason = ItemState.REFUSED, str(error)[:MAX_REASON]
        except Ticket.DoesNotExist:
            item.state, item.reason = ItemState.REFUSED, _("You can no longer see this ticket.")
        if item.state == ItemState.REFUSED and not work.job.undo_of_id:
            item.before, item.after = {}, {}
        item.save(update_fields=["state", "reason", "before", "after"])


def _change(work: _Work, item: BulkItem) -> None:
    """Change one ticket. A merge locks two tickets in an order of its own, so it goes first."""
    merge = BulkMerge.read(work.job)
    if merge is not None:
        merge_item(item, merge, agent=work.agent, at=work.at)
        return
    if work.job.undo_of_id and is_merged(item):
        unmerge_item(item, agent=work.agent, at=work.at)
        return
    ticket = lock_ticket(item.ticket_id, work.agent)
    if work.job.undo_of_id:
        restore_values(Restoring(ticket, work.agent, work.at), item.before, item.after)
        item.state = ItemState.DONE
        return
    _apply(work, item, ticket)


def _apply(work: _Work, item: BulkItem, ticket: Ticket) -> None:
    """Apply the acts of a job to a locked ticket, and note how to undo them."""
    if work.macro is not None:
        require_usable(work.macro, work.agent, department_id=ticket.department_id)
    before = read_values(ticket)
    done = apply_acts(
        ticket,
        work.resolved,
        agent=work.agent,
        at=work.at,
        macro=work.macro,
        decided_at=work.job.created_at,
    )
    item.state = ItemState.DONE if done else ItemState.UNCHANGED
    if done:
        after = read_values(Ticket.objects.select_related("desk").get(pk=ticket.pk))
        item.before, item.after = compare(before, after)


def _refuse_failed(item_id: int, _error: str) -> None:
    _refuse(item_id, _("An error occurred. Try this ticket again."))


def _refuse(item_id: int, reason: str) -> None:
    BulkItem.objects.filter(pk=item_id, state=ItemState.DUE).update(
        state=ItemState.REFUSED, reason=reason
    )


def delete_old_jobs(*, desk_id: int, at: datetime) -> int:
    """Delete a few of the bulk changes that are older than 30 days. Return their number."""
    old = BulkJob.objects.filter(desk_id=desk_id, created_at__lt=at - KEPT).order_by("id")
    return sum(_delete(job_id) for job_id in _list_ids(old))


def _delete(job_id: int) -> int:
    items = BulkItem.objects.filter(job_id=job_id).values_list("pk", flat=True)
    deleted = BulkItem.objects.filter(pk__in=list(items[:1000])).delete()[0]
    if not BulkItem.objects.filter(job_id=job_id).exists():
        deleted += BulkJob.objects.filter(pk=job_id).delete()[0]
    return deleted
