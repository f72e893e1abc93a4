"""Bulk merge: several tickets merged into one of them, each as by tickets/relations/merging.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from tickets.actors import Actor
from tickets.bulk.starting import store_job
from tickets.errors import ConflictError, InvalidValueError, ServiceError
from tickets.models import BulkItem, BulkJob, ItemState, Ticket
from tickets.relations.merging import Consent, merge_ticket, require_mergeable, undo_merge
from tickets.services.common import require_writer

MAX_MERGED = 20  # tickets at a time, with the one that stays
INTO, ACROSS = "merge_into", "across_accounts"  # in BulkJob.acts


@dataclass(frozen=True, slots=True)
class BulkMerge:
    """The ticket that a job merges its tickets into."""

    into_id: int
    across_accounts: bool = False

    @classmethod
    def read(cls, job: BulkJob) -> BulkMerge | None:
        """Return the merge that a job does, or None for another change."""
        into_id = job.acts.get(INTO)
        return cls(into_id, bool(job.acts.get(ACROSS))) if into_id else None

    def to_json(self) -> dict[str, Any]:
        return {INTO: self.into_id, ACROSS: self.across_accounts}

    @property
    def consent(self) -> Consent:
        return Consent(across_accounts=self.across_accounts)


def start_bulk_merge(
    *, agent: Agent, ticket_ids: Iterable[int], merge: BulkMerge, at: datetime
) -> BulkJob:
    """Store the merge of these tickets into one, and queue the work.

    ticket_ids: those that the agent may see, with the one that stays. Each is checked when it is
    merged. Raises NotAllowedError, InvalidValueError and ConflictError.
    """
    require_writer(Actor.of(agent))
    ids = list(dict.fromkeys(ticket_ids))
    check_merge_size(len(ids))
    if merge.into_id not in ids:
        raise InvalidValueError("into", _("Choose the ticket that stays."))
    others = [ticket_id for ticket_id in ids if ticket_id != merge.into_id]
    return store_job(agent, others, at=at, acts=merge.to_json())


def check_merge_size(count: int) -> None:
    """Raise InvalidValueError for fewer than two tickets, or more than MAX_MERGED."""
    if count < 2:
        raise InvalidValueError("", _("Select at least two tickets to merge."))
    if count > MAX_MERGED:
        text = ngettext(
            "You can merge up to %(maximum)s ticket at a time. Select fewer.",
            "You can merge up to %(maximum)s tickets at a time. Select fewer.",
            MAX_MERGED,
        )
        raise InvalidValueError("", text % {"maximum": MAX_MERGED})


def find_merge_problem(
    ticket: Ticket, into: Ticket, *, across_accounts: bool, at: datetime
) -> ServiceError | None:
    """Return why a ticket can't be merged into another one at this time, or None. For a preview."""
    try:
        require_mergeable(ticket, into, Consent(across_accounts=across_accounts), at=at)
    except ServiceError as refused:
        return refused
    return None


def merge_item(item: BulkItem, merge: BulkMerge, *, agent: Agent, at: datetime) -> None:
    """Merge one ticket of a job, and note how to undo it. Raises ServiceError."""
    merge_ticket(
        ticket_id=item.ticket_id,
        into_id=merge.into_id,
        agent=agent,
        at=at,
        consent=merge.consent,
    )
    item.state = ItemState.DONE
    item.before, item.after = {INTO: None}, {INTO: merge.into_id}


def is_merged(item: BulkItem) -> bool:
    """Return True for a ticket that the job to undo has merged."""
    return INTO in item.after


def unmerge_item(item: BulkItem, *, agent: Agent, at: datetime) -> None:
    """Undo the merge of one ticket. Raises ServiceError, such as if it was changed since."""
    present = Ticket.objects.values_list("merged_into", flat=True).get(pk=item.ticket_id)
    if present != item.after[INTO]:
        raise ConflictError(_("The ticket was changed after the bulk change."))
    undo_merge(ticket_id=item.ticket_id, agent=agent, at=at)
    item.state = ItemState.DONE
