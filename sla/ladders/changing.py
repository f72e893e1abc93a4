"""Changes of a desk's ladders, and how open tickets follow them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sla.ladders.following import is_settled, list_tickets
from sla.ladders.running import describe_ending
from sla.ladders.terms import LadderTerms, load_ladders
from sla.models import LadderRun, ReplanCause, ReplanScope
from sla.previews import MAX_CHECKED, Touched
from sla.replanning import request_replan
from tickets.actors import Actor
from tickets.changes import record_many
from tickets.events import EventKind
from tickets.sentences.ladders import LadderEnding

MAX_SUBJECT = 250


@dataclass(frozen=True, slots=True)
class Effect:
    """How many open tickets follow a change. is_capped: older ones weren't counted."""

    tickets: int
    is_capped: bool


def follow_change(
    before: Sequence[LadderTerms], *, desk_id: int, by: Actor, at: datetime
) -> Effect | None:
    """Let open tickets follow changed ladders, in slices. Call it in the change's transaction.

    before: the ladders as they were. Return None if they still are.
    """
    after = load_ladders(desk_id)
    if list(after) == list(before):
        return None
    end_runs(
        {one.id for one in before} - {one.id for one in after}, LadderEnding.TURNED_OFF, by, at
    )
    moved = _move_resumptions(before, after)
    effect = _count_effect(desk_id, at)
    if effect.tickets or effect.is_capped:
        changed = dict.fromkeys(one.name for one in {*before} ^ {*after})
        request_replan(
            desk_id=desk_id,
            by=by.name,
            cause=ReplanCause.LADDER,
            scope=ReplanScope.OPEN,
            touched=Touched(),
            at=at,
            subject=", ".join(sorted(changed))[:MAX_SUBJECT],
        )
    return Effect(effect.tickets + moved, is_capped=effect.is_capped)


def _move_resumptions(before: Sequence[LadderTerms], after: Sequence[LadderTerms]) -> int:
    """Move the end of the quiet of acknowledged ladders. Return how many moved."""
    was = {one.id: one.resume for one in before}
    moved = 0
    for terms in after:
        shift = terms.resume - was.get(terms.id, terms.resume)
        if shift:
            quiet = LadderRun.objects.filter(ladder_id=terms.id, acknowledged_at__isnull=False)
            moved += quiet.filter(next_at__isnull=False).update(next_at=F("next_at") + shift)
    return moved


def _count_effect(desk_id: int, at: datetime) -> Effect:
    """Count the open tickets that aren't on their ladder, among the newest MAX_CHECKED."""
    newest = list(list_tickets(desk_id).order_by("-pk")[: MAX_CHECKED + 1])
    count = sum(not is_settled(ticket, at) for ticket in newest[:MAX_CHECKED])
    return Effect(count, is_capped=len(newest) > MAX_CHECKED)


def end_runs(ladder_ids: Iterable[int], why: LadderEnding, by: Actor, at: datetime) -> int:
    """End ladders on all of their tickets, with an event where one has alerted someone.

    Return how many ended. Paging services resolve their alerts by the events.
    """
    with transaction.atomic():
        locked = LadderRun.objects.select_for_update(of=("self",), no_key=True)
        runs = list(locked.filter(ladder_id__in=ladder_ids).select_related("ladder").order_by("pk"))
        alerted = [(one.ticket_id, describe_ending(one, why)) for one in runs if one.last_step_at]
        if alerted:
            record_many(
                desk_id=runs[0].desk_id, kind=EventKind.LADDER_ENDED, by=by, at=at, facts=alerted
            )
        LadderRun.objects.filter(pk__in=[one.pk for one in runs]).delete()
    return len(runs)
