"""Review a desk's policies: which never decide about a ticket, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Account, Desk, Plan, PlanProduct
from sla.models import ClockKind, ConditionKind, Policy
from sla.policies.checks import CoveredPlan, PolicyRule, excludes_everything, find_hiding
from sla.policies.contents import Key, list_policies, read_conditions
from tickets.models import Priority


def list_flaws(desk: Desk) -> dict[int, str]:
    """Return why policies of a desk never decide, by ID. Policies without a flaw are left out."""
    flaws: dict[int, str] = {}
    earlier: list[PolicyRule] = []
    for policy in list_policies(desk):
        rule = _make_rule(policy)
        if policy.is_active and (flaw := _find_flaw(rule, earlier, desk)):
            flaws[policy.pk] = flaw
        earlier.append(rule)
    return flaws


def find_flaw(policy: Policy) -> str:
    """Return why a policy never decides, or ""."""
    return list_flaws(policy.desk).get(policy.pk, "")


def has_contradiction(desk: Desk, conditions: Mapping[ConditionKind, Sequence[Key]]) -> bool:
    """Return True if no ticket that meets these conditions is covered by its plan."""
    plans = Plan.objects.filter(
        desk=desk, pk__in=[int(key) for key in conditions.get(ConditionKind.PLAN, ())]
    )
    products: dict[int, set[int]] = {}
    pairs = PlanProduct.objects.filter(plan__in=plans).values_list("plan_id", "product_id")
    for plan_id, product_id in pairs:
        products.setdefault(plan_id, set()).add(product_id)
    return excludes_everything(
        {kind.value: keys for kind, keys in conditions.items()},
        plans={p.pk: CoveredPlan(p, frozenset(products.get(p.pk, ()))) for p in plans},
        ranks=dict(Priority.objects.filter(desk=desk).values_list("pk", "rank")),
    )


def _make_rule(policy: Policy) -> PolicyRule:
    return PolicyRule(
        policy.name,
        policy.is_active,
        {kind: frozenset(keys) for kind, keys in read_conditions(policy).items()},
        frozenset(target.clock for target in policy.targets.all()),
    )


def _find_flaw(rule: PolicyRule, earlier: Sequence[PolicyRule], desk: Desk) -> str:
    if not rule.clocks:
        return _("It has no targets, so it changes nothing.")
    hiding = find_hiding(rule, earlier)
    if hiding:
        return _describe_hiding(rule, hiding)
    conditions = {ConditionKind(kind): list(keys) for kind, keys in rule.conditions.items()}
    if has_contradiction(desk, conditions):
        return _(
            "It matches nothing: the plans don't cover these products, channels and priorities."
        )
    if _has_no_accounts(desk, conditions):
        return _("It matches nothing now: no account has the plan and status that it asks for.")
    return ""


def _describe_hiding(rule: PolicyRule, hiding: Mapping[str, str]) -> str:
    names = get_text_list([f"“{name}”" for name in dict.fromkeys(hiding.values())], _("and"))
    if hiding.keys() == rule.clocks:
        return _("It is never used: %(policies)s comes first and accepts the same tickets.") % {
            "policies": names
        }
    clocks = get_text_list([str(ClockKind(clock).label) for clock in hiding], _("and"))
    return _("Never used for %(clocks)s: %(policies)s comes first.") % {
        "clocks": clocks,
        "policies": names,
    }


def _has_no_accounts(desk: Desk, conditions: Mapping[ConditionKind, Sequence[Key]]) -> bool:
    accounts = Account.objects.filter(desk=desk)
    if plans := conditions.get(ConditionKind.PLAN):
        accounts = accounts.filter(plan__in=[int(key) for key in plans])
    if statuses := conditions.get(ConditionKind.ACCOUNT_STATUS):
        accounts = accounts.filter(status__in=statuses)
    return bool(plans or statuses) and not accounts.exists()
