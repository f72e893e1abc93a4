"""The sweep of due ladders: each step once, with an event, whatever number of schedulers run.

A step that an outage delayed is taken late, once. Other sweepers skip the rows that one has locked.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from sla.ladders.duty import find_alerted
from sla.ladders.running import describe_ending
from sla.ladders.schedule import count_from
from sla.ladders.terms import LadderTerms, load_ladders
from sla.models import LadderRun
from tickets.actors import SYSTEM
from tickets.changes import record_many
from tickets.events import EventKind
from tickets.models import SweepKind
from tickets.sentences.ladders import LadderEnding
from tickets.sweeping import Sweep

BATCH = 200
MAX_ROUND = 32_767  # that the column can hold: four months of alerts every five minutes
CHANGED = ["round", "next_step", "next_at", "last_step_at"]
CHANGED += ["acknowledged_at", "acknowledged_by", "acknowledged_name"]
Fact = tuple[int, dict[str, Any]]


def list_due_ladders(at: datetime) -> QuerySet[LadderRun]:
    """Return the ladders with a step to take, or whose quiet after an acknowledgement is over."""
    return LadderRun.objects.filter(next_at__lte=at)


def take_due_steps(*, desk_id: int, at: datetime) -> int:
    """Take the next step of up to BATCH ladders of a desk. Return how many were handled."""
    oldest = list_due_ladders(at).filter(desk_id=desk_id).order_by("next_at")
    take = partial(_take, desk_id=desk_id, at=at)
    return Sweep(SweepKind.LADDERS, oldest, desk_id=desk_id, at=at).run_together(take, batch=BATCH)


def _take(due: QuerySet[LadderRun], *, desk_id: int, at: datetime) -> int:
    runs = _lock(due, at)
    ladders = {terms.id: terms for terms in load_ladders(desk_id)} if runs else {}
    facts: defaultdict[EventKind, list[Fact]] = defaultdict(list)
    # Of ladders that are off or have no steps anymore, and whose open tickets haven't followed yet.
    off = [run for run in runs if run.ladder_id not in ladders]
    on = [run for run in runs if run.ladder_id in ladders]
    for run in on:
        kind, data = _advance(run, ladders[run.ladder_id], at)
        facts[kind].append((run.ticket_id, data))
    LadderRun.objects.bulk_update(on, CHANGED)
    LadderRun.objects.filter(pk__in=[run.pk for run in off]).delete()
    facts[EventKind.LADDER_ENDED] += [
        (run.ticket_id, describe_ending(run, LadderEnding.LEFT)) for run in off if run.last_step_at
    ]
    for kind, found in facts.items():
        record_many(desk_id=desk_id, kind=kind, by=SYSTEM, at=at, facts=found)
    return len(runs)


def _lock(due: QuerySet[LadderRun], at: datetime) -> list[LadderRun]:
    """Lock the ladders that are still due, with what their steps need of the tickets."""
    ids = list(due.values_list("pk", flat=True))
    locked = LadderRun.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    still = locked.filter(pk__in=ids, next_at__lte=at).order_by("next_at", "pk")
    related = ("ladder", "ticket__desk", "ticket__account", "ticket__assignee")
    return list(still.select_related(*related))


def _advance(run: LadderRun, terms: LadderTerms, at: datetime) -> tuple[EventKind, dict[str, Any]]:
    """Take the step of a locked ladder, or end its quiet. Return the event to record."""
    if run.acknowledged_at is not None:
        return _resume(run, terms, at)
    done = terms.find_turn(run)._replace(at=run.next_at or at)
    step = terms.steps[done.step]
    alerted = find_alerted(step, run.ticket, at)
    following = terms.find_next(run, done, at)
    run.round = min(following.round, MAX_ROUND)
    run.next_step, run.next_at = following.step, following.at
    run.last_step_at = count_from(done, at)
    facts = {
        "ladder": terms.name,
        "step": done.step + 1,
        "steps": len(terms.steps),
        "round": done.round + 1,
        "action": step.action,
        "clock": run.clock,
        "due_at": run.due_at.isoformat(),
        "to": [agent.pk for agent in alerted.agents],
        "names": [agent.name for agent in alerted.agents],
        "held_by": run.ticket.assignee_id,
    }
    return EventKind.LADDER_STEP, facts | ({"fallback": True} if alerted.is_fallback else {})


def _resume(run: LadderRun, terms: LadderTerms, at: datetime) -> tuple[EventKind, dict[str, Any]]:
    since = run.acknowledged_at
    run.acknowledged_at = run.acknowledged_by = None
    run.acknowledged_name = ""
    turn = terms.find_turn(run)
    run.next_at = max(turn.at, at)
    facts = {"ladder": terms.name, "step": turn.step + 1}
    facts["since"] = since.isoformat() if since else ""
    return EventKind.LADDER_RESUMED, facts
