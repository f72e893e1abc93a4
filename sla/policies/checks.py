"""Find policies that never decide: hidden by earlier ones, or contradicting themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from accounts.customers.entitlements import (
    HIGHEST_RANK,
    PlanFacts,
    check_entitlement,
    is_product_covered,
)

ANY_CHANNEL = "agent"  # every plan includes tickets that agents open


@dataclass(frozen=True)
class PolicyRule:
    """A policy, reduced to what decides if it is used. conditions: accepted values by kind.

    clocks: the kinds of clocks that it has targets for.
    """

    name: str
    is_active: bool
    conditions: Mapping[str, frozenset[int | str]]
    clocks: frozenset[str]


@dataclass(frozen=True)
class CoveredPlan:
    """A plan with the products that it covers; none means all."""

    plan: PlanFacts
    product_ids: frozenset[int]


def find_hiding(rule: PolicyRule, earlier: Sequence[PolicyRule]) -> dict[str, str]:
    """Return the clocks of a policy that an earlier one always decides, each with its name.

    One earlier policy must accept everything that this one does. Several that only do so together
    aren't found.
    """
    hiding = {}
    for clock in sorted(rule.clocks):
        for other in earlier:
            if other.is_active and clock in other.clocks and _accepts_all(other, rule):
                hiding[clock] = other.name
                break
    return hiding


def _accepts_all(other: PolicyRule, rule: PolicyRule) -> bool:
    return all(
        kind in rule.conditions and rule.conditions[kind] <= accepted
        for kind, accepted in other.conditions.items()
    )


def excludes_everything(
    conditions: Mapping[str, Sequence[int | str]],
    *,
    plans: Mapping[int, CoveredPlan],
    ranks: Mapping[int, int],
) -> bool:
    """Return True if no ticket that a policy accepts is covered by its plan, so none has clocks.

    plans: by ID. ranks: of priorities by ID. Without a condition on the plan, there is always one.
    """
    if not conditions.get("plan"):
        return False
    return not any(_list_covered(conditions, plans, ranks))


def _list_covered(
    conditions: Mapping[str, Sequence[int | str]],
    plans: Mapping[int, CoveredPlan],
    ranks: Mapping[int, int],
) -> Iterator[bool]:
    """Return for each combination of accepted values whether the plan covers it."""
    chosen = [
        conditions.get("plan") or (),
        conditions.get("product") or (None,),
        conditions.get("channel") or (ANY_CHANNEL,),
        conditions.get("priority") or (None,),
    ]
    for plan_id, product_id, channel, priority_id in product(*chosen):
        plan = plans.get(int(plan_id or 0))
        if plan is None:
            continue
        covers = is_product_covered(
            set(plan.product_ids), None if product_id is None else int(product_id)
        )
        rank = HIGHEST_RANK if priority_id is None else ranks.get(int(priority_id), HIGHEST_RANK)
        yield not check_entitlement(plan.plan, str(channel), rank, covers_product=covers)
