"""Which policies never decide: pure cases."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.policies.checks import CoveredPlan, PolicyRule, excludes_everything, find_hiding

KINDS = ("plan", "priority", "channel")


def make_rule(
    name: str = "Rule", *, clocks: str = "first", active: bool = True, **conditions: set
) -> PolicyRule:
    given_ = {kind: frozenset(values) for kind, values in conditions.items()}
    return PolicyRule(name, active, given_, frozenset(clocks.split()))


@pytest.mark.parametrize(
    ("earlier", "rule", "hidden"),
    [
        ({}, {"plan": {1}}, True),
        ({"plan": {1, 2}}, {"plan": {1}}, True),
        ({"plan": {1}}, {"plan": {1, 2}}, False),
        ({"plan": {1}}, {}, False),
        ({"plan": {1}}, {"plan": {1}, "priority": {3}}, True),
        ({"plan": {1}, "priority": {3}}, {"plan": {1}}, False),
        ({"plan": {1}}, {"priority": {1}}, False),
    ],
)
def test_an_earlier_policy_hides_one_whose_tickets_it_accepts(
    earlier: dict, rule: dict, hidden: bool
) -> None:
    found = find_hiding(make_rule(**rule), [make_rule("Earlier", **earlier)])
    assert found == ({"first": "Earlier"} if hidden else {})


def test_only_active_policies_hide_and_only_their_own_clocks() -> None:
    rule = make_rule(clocks="first next")
    assert find_hiding(rule, [make_rule("Off", active=False)]) == {}
    assert find_hiding(rule, [make_rule("On")]) == {"first": "On"}
    both = [make_rule("One", clocks="first"), make_rule("Two", clocks="first next")]
    assert find_hiding(rule, both) == {"first": "One", "next": "Two"}


conditions = st.dictionaries(
    st.sampled_from(KINDS), st.frozensets(st.integers(1, 3), min_size=1), max_size=3
)


@given(conditions, conditions, st.tuples(*[st.integers(1, 3) for _ in KINDS]))
def test_a_hidden_policy_accepts_no_ticket_that_the_earlier_one_does_not(
    earlier: dict, rule: dict, ticket: tuple[int, ...]
) -> None:
    facts = dict(zip(KINDS, ticket, strict=True))

    def accepts(wanted: dict) -> bool:
        return all(facts[kind] in values for kind, values in wanted.items())

    clocks = frozenset({"first"})
    hiding = find_hiding(
        PolicyRule("B", True, rule, clocks), [PolicyRule("A", True, earlier, clocks)]
    )
    if hiding and accepts(rule):
        assert accepts(earlier)


def make_plan(*, products: tuple[int, ...] = (), hotline: bool = False) -> CoveredPlan:
    plan = SimpleNamespace(
        name="Plan", allows_portal=True, allows_mail=False, allows_hotline=hotline
    )
    return CoveredPlan(plan, frozenset(products))


@pytest.mark.parametrize(
    ("wanted", "excluded"),
    [
        ({"plan": [1]}, False),
        ({"plan": [1], "product": [8]}, True),
        ({"plan": [1], "product": [7, 8]}, False),
        ({"plan": [1], "channel": ["email"]}, True),
        ({"plan": [1], "channel": ["email", "web"]}, False),
        ({"plan": [1], "channel": ["phone"]}, True),
        ({"plan": [2], "channel": ["phone"]}, False),
        ({"plan": [2], "channel": ["phone"], "priority": [20]}, True),
        ({"plan": [2], "channel": ["phone"], "priority": [10, 20]}, False),
        ({"plan": [1, 2], "product": [8], "channel": ["phone"]}, False),
        ({"channel": ["email"]}, False),
        ({}, False),
    ],
)
def test_conditions_that_no_plan_covers_exclude_each_other(wanted: dict, excluded: bool) -> None:
    plans = {1: make_plan(products=(7,)), 2: make_plan(hotline=True)}
    assert excludes_everything(wanted, plans=plans, ranks={10: 1, 20: 2}) is excluded
