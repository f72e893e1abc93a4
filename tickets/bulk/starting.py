"""Starting a bulk change: its job and one row per ticket, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from tickets.actors import Actor
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError, ServiceError
from tickets.macros.acts import Acts, check_acts, resolve
from tickets.macros.applying import count_use
from tickets.models import BulkItem, BulkJob, ItemState, Macro
from tickets.queueing import Queue, TaskName, queue_once_after_commit
from tickets.services.common import require_writer

MAX_TICKETS = 10_000
MAX_RUNNING = 5  # unfinished bulk changes of one agent
BATCH = 1000

RUN_BULK = TaskName("tickets.tasks.run_bulk_changes", queue=Queue.BULK)
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('bulk changes of an agent', %s))"
ADD_UNDONE = """
INSERT INTO tickets_bulkitem (desk_id, job_id, ticket_id, state, reason, before, after)
SELECT desk_id, %(job)s, ticket_id, 'due', '', before, after
FROM tickets_bulkitem WHERE job_id = %(undone)s AND state = 'done' ORDER BY id
"""


def start_bulk_change(
    *, agent: Agent, ticket_ids: Iterable[int], acts: Acts, at: datetime, macro: Macro | None = None
) -> BulkJob:
    """Store a change of these tickets, and queue the work.

    ticket_ids: those that the agent may see; it is checked again for each when it is changed.
    macro: whose acts these are. Raises NotAllowedError and InvalidValueError.
    """
    require_writer(Actor.of(agent))
    if not acts:
        raise InvalidValueError("", _("Choose what to change."))
    check_acts(acts)
    resolve(acts, desk=agent.desk, agent=agent)
    ids = list(dict.fromkeys(ticket_ids))
    check_size(len(ids))
    return store_job(agent, ids, at=at, acts=acts.to_json(), macro=macro)


def store_job(
    agent: Agent,
    ticket_ids: Iterable[int],
    *,
    at: datetime,
    acts: dict[str, Any],
    macro: Macro | None = None,
) -> BulkJob:
    """Store a job with its tickets, and queue the work. Raises ConflictError for too many."""
    with transaction.atomic():
        _require_turn(agent)
        job = BulkJob.objects.create(
            desk=agent.desk,
            agent=agent,
            acts=acts,
            macro=macro.name if macro else "",
            macro_id=macro.pk if macro else None,
            created_at=at,
        )
        BulkItem.objects.bulk_create(
            (BulkItem(desk_id=job.desk_id, job=job, ticket_id=each) for each in ticket_ids),
            batch_size=BATCH,
        )
        if macro:
            count_use(macro.pk, at=at)
        queue_once_after_commit(RUN_BULK)
    return job


def check_size(count: int) -> None:
    """Raise InvalidValueError for no ticket, or more than MAX_TICKETS."""
    if not count:
        raise InvalidValueError("", _("Select at least one ticket."))
    if count > MAX_TICKETS:
        text = ngettext(
            "You can change up to %(maximum)s ticket at a time. Filter the list first.",
            "You can change up to %(maximum)s tickets at a time. Filter the list first.",
            MAX_TICKETS,
        )
        raise InvalidValueError("", text % {"maximum": f"{MAX_TICKETS:,}"})


def undo_bulk_change(*, job_id: int, agent: Agent, at: datetime) -> BulkJob:
    """Store the undo of a finished bulk change by the same agent, and queue the work.

    Each ticket gets its values back unless someone has changed them since. Raises NotAllowedError
    and ConflictError, and BulkJob.DoesNotExist.
    """
    require_writer(Actor.of(agent))
    with transaction.atomic():
        _require_turn(agent)
        job = BulkJob.objects.select_for_update(of=("self",)).get(pk=job_id, desk=agent.desk)
        if problem := find_undo_problem(job, agent):
            raise problem
        undo = BulkJob.objects.create(desk=agent.desk, agent=agent, undo_of=job, created_at=at)
        with connection.cursor() as cursor:
            cursor.execute(ADD_UNDONE, {"job": undo.pk, "undone": job.pk})
        queue_once_after_commit(RUN_BULK)
    return undo


def find_undo_problem(job: BulkJob, agent: Agent) -> ServiceError | None:
    """Return why an agent can't undo a bulk change, or None."""
    if job.agent_id != agent.pk:
        return NotAllowedError(_("Only the agent who made this bulk change can undo it."))
    if job.undo_of_id is not None:
        return ConflictError(_("An undo can't be undone."))
    if job.sends_messages:
        return ConflictError(_("Messages were sent to customers, which can't be undone."))
    if job.finished_at is None:
        return ConflictError(_("This bulk change is still running. Wait until it's finished."))
    if BulkJob.objects.filter(undo_of=job).exists():
        return ConflictError(_("This bulk change was already undone."))
    if not BulkItem.objects.filter(job=job, state=ItemState.DONE).exists():
        return ConflictError(_("This bulk change didn't change any tickets."))
    return None


def _require_turn(agent: Agent) -> None:
    """Raise ConflictError if the agent has too many unfinished bulk changes."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [agent.pk])
    running = BulkJob.objects.filter(desk=agent.desk, agent=agent, finished_at__isnull=True)
    if running.count() >= MAX_RUNNING:
        raise ConflictError(
            _("You already have %(maximum)s bulk changes running. Wait until one is finished.")
            % {"maximum": MAX_RUNNING}
        )
