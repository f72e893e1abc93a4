"""Checks of the simulation, independent of what they check where that matters.

Shifts come from the world's own timetable, loads from the tickets themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from bench.regions.world import CAPACITY, Person, World
from routing import assignment
from routing.claims import Claimant, Standing
from routing.models import Handover
from tickets.events import EventKind
from tickets.models import ACTIVE_STATES, Ticket, TicketEvent

BACK = {"handed_back"}  # the owner's own ticket, whatever their load


@dataclass
class Findings:
    """Counts of what happened, and the rules that were broken."""

    violations: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    spread: int = 0  # the largest difference that an assignment made among equals, in weight
    heaviest: int = 0
    first_responses: list[timedelta] = field(default_factory=list)  # of urgent tickets


class Watcher:
    """Watches claims as they are made, and everything else by the events after each step."""

    def __init__(self, world: World) -> None:
        self.world, self.findings = world, Findings()
        last = TicketEvent.objects.order_by("pk").values_list("pk", flat=True).last()
        self._last = last or 0
        self._urgent = world.priorities["Urgent"].pk

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Check each claim of an agent inside."""
        claim = assignment.claim_agent
        with patch.object(assignment, "claim_agent", self._wrap(claim)):
            yield

    def _wrap(self, claim: Callable[..., list[Standing]]) -> Callable[..., list[Standing]]:
        def watched(
            ticket: Ticket, claimants: Sequence[Claimant], *, at: datetime
        ) -> list[Standing]:
            loads = {one.agent_id: self._count_load(one.agent_id, at) for one in claimants}
            standings = claim(ticket, claimants, at=at)
            self._check_claim(ticket, standings, loads)
            return standings

        return watched

    def _count_load(self, agent_id: int, at: datetime) -> int:
        """Add up the weights of an agent's work, ticket by ticket."""
        active = Ticket.objects.filter(desk=self.world.desk, status__in=ACTIVE_STATES)
        held = active.filter(assignee_id=agent_id) | active.filter(owner_id=agent_id)
        tickets = held.select_related("priority").distinct()
        return sum(
            ticket.priority.weight
            for ticket in tickets
            if ticket.hold_until is None or ticket.hold_until <= at
        )

    def _check_claim(
        self, ticket: Ticket, standings: Sequence[Standing], loads: dict[int, int]
    ) -> None:
        claimed = next((one for one in standings if one.is_claimed), None)
        if claimed is None:
            return
        found, weight = self.findings, ticket.priority.weight
        if claimed.load != loads[claimed.agent_id]:
            found.violations.append(f"{ticket.pk}: load {claimed.load}, counted {loads}")
        if claimed.load + weight > CAPACITY:
            found.violations.append(f"{ticket.pk}: {claimed.load} + {weight} above the capacity")
        equals = [
            loads[one.agent_id]
            for one in standings
            if one.is_free and one.preference == claimed.preference
        ]
        if claimed.load > min(equals):
            found.violations.append(f"{ticket.pk}: {claimed.load}, others have {equals}")
        found.spread = max(found.spread, claimed.load + weight - min(equals))
        found.heaviest = max(found.heaviest, claimed.load + weight)
        found.counts["claims"] += 1

    def check_step(self, at: datetime) -> None:
        """Check the events since the last step, and where every lent ticket is."""
        events = TicketEvent.objects.filter(desk=self.world.desk, pk__gt=self._last)
        for event in events.select_related("ticket").order_by("pk"):
            self._last = event.pk
            self._check_event(event)
        for ticket in Ticket.objects.filter(desk=self.world.desk, owner__isnull=False):
            owner = self.world.people[ticket.owner_id or 0]
            if owner.works(at) and not owner.is_away(at):
                self.findings.violations.append(f"{ticket.pk}: not handed back at {at}")

    def _check_event(self, event: TicketEvent) -> None:
        if event.kind == EventKind.ASSIGNED:
            self._check_assignment(event)
        elif event.kind == EventKind.AGENT_REPLIED:
            person = self.world.people[event.actor_id or 0]
            if not self._is_awake(person, event):
                self.findings.violations.append(f"{event.ticket_id}: answered asleep, {event.at}")
            if event.data["is_first"] and event.ticket.priority_id == self._urgent:
                self.findings.first_responses.append(event.at - event.ticket.created_at)
        elif event.kind in (EventKind.LEFT_UNASSIGNED, EventKind.HANDOVER_UNCLAIMED):
            self.findings.counts[event.kind] += 1

    def _check_assignment(self, event: TicketEvent) -> None:
        after = event.data["assignee"][1]
        code = event.data.get("reason", {}).get("code", "")
        self.findings.counts[code] += 1
        person = self.world.people[after]
        if not self._is_awake(person, event) or person.is_away(event.at):
            self.findings.violations.append(f"{event.ticket_id}: {code} to absent {person.agent}")

    def _is_awake(self, person: Person, event: TicketEvent) -> bool:
        is_urgent = event.ticket.priority_id == self._urgent
        return person.works(event.at) or (is_urgent and person.is_on_call(event.at))

    def check_handovers(self) -> dict[str, Any]:
        """Return numbers of handovers. Each must have a note."""
        handovers = list(Handover.objects.filter(desk=self.world.desk).exclude(cause="taken_over"))
        bare = [one.pk for one in handovers if not one.note.get("status")]
        self.findings.violations += [f"handover {pk} without a note" for pk in bare]
        return {
            "handovers": len(handovers),
            "noted": len(handovers) - len(bare),
            "claimed": sum(one.claimed_at is not None for one in handovers),
            "open": sum(one.ended_at is None for one in handovers),
        }
