"""Targets of a ticket for each kind of clock: policies in order, then the matrix. Pure.

For each kind, the first active policy that matches and has a target of that kind decides, also if
that target is "none". Then the cell of the account's plan and the priority decides: the one for the
account's status before the general one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sla.ladders.terms import LadderTerms
from sla.models import TARGETED, ClockKind, ConditionKind, Target, TargetUnit

Key = tuple[int | None, int | None, str]  # plan, priority, account status ("" for every status)


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """Facts that conditions compare. Without an account, the plan is None and the status is ""."""

    plan_id: int | None
    product_id: int | None
    account_status: str
    priority_id: int
    department_id: int | None
    channel: str
    tag_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """A policy as tickets are compared with it. conditions: the accepted values of each kind."""

    id: int
    name: str
    version: int
    conditions: Mapping[str, frozenset[int | str]] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)

    def matches(self, facts: TicketFacts) -> bool:
        """Return True if the ticket meets all conditions; without any, it always does."""
        return all(
            not accepted.isdisjoint(get_values(facts, kind))
            for kind, accepted in self.conditions.items()
        )


@dataclass(frozen=True)
class Book:
    """All targets of a desk. policies: the active ones, in order. levels: by level and kind.

    ladders: the active ones, in order.
    has_leftovers: open tickets may have clocks of kinds that no target starts anymore.
    """

    policies: tuple[PolicyTerms, ...] = ()
    cells: Mapping[Key, Mapping[str, Target]] = field(default_factory=dict)
    levels: Mapping[str, Mapping[str, Target]] = field(default_factory=dict)
    plan_names: Mapping[int, str] = field(default_factory=dict)
    priority_names: Mapping[int, str] = field(default_factory=dict)
    has_leftovers: bool = False
    ladders: tuple[LadderTerms, ...] = ()

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of clocks that any of its targets can start."""
        found: set[str] = set()
        for owner in (*self.cells.values(), *(policy.targets for policy in self.policies)):
            found.update(owner)
        for targets in self.levels.values():
            found.update(targets)
        return frozenset(found)

    @cached_property
    def policy_ids(self) -> Mapping[int, int]:
        """The policy of each target that belongs to one, by the target's ID."""
        return {
            target.pk: policy.id for policy in self.policies for target in policy.targets.values()
        }

    def asks_for(self, kind: ConditionKind) -> bool:
        """Return True if a policy has a condition of this kind."""
        return any(kind.value in policy.conditions for policy in self.policies)


class Found(NamedTuple):
    """A target that applies to a ticket, and the policy it is from; None for the matrix."""

    target: Target
    policy: PolicyTerms | None = None


def get_values(facts: TicketFacts, kind: str) -> frozenset[int | str | None]:
    """Return the ticket's values for a kind of condition."""
    if kind == ConditionKind.TAG:
        return frozenset(facts.tag_ids)
    has_id = kind not in (ConditionKind.ACCOUNT_STATUS, ConditionKind.CHANNEL)
    value = getattr(facts, f"{kind}_id" if has_id else kind)
    return frozenset([value]) - {None, ""}


def find_targets(facts: TicketFacts, book: Book) -> dict[ClockKind, Found]:
    """Return the targets that apply, by kind. Kinds for which nothing is promised are left out."""
    matching = [policy for policy in book.policies if policy.matches(facts)]
    found: dict[ClockKind, Found] = {}
    for kind in TARGETED:
        first = next(_list_candidates(facts, book, matching, kind), None)
        if first is not None and first.target.unit != TargetUnit.NONE:
            found[kind] = first
    return found


def _list_candidates(
    facts: TicketFacts, book: Book, matching: list[PolicyTerms], kind: ClockKind
) -> Iterator[Found]:
    for policy in matching:
        if target := policy.targets.get(kind):
            yield Found(target, policy)
    if facts.plan_id is None:
        return
    for status in (facts.account_status, ""):
        cell = book.cells.get((facts.plan_id, facts.priority_id, status), {})
        if target := cell.get(kind):
            yield Found(target)
