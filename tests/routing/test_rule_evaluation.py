"""Routing rules as pure values: conditions, order, and what they set together."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.models import ActionKind, ConditionKind
from routing.rules import Action, Condition, RequestFacts, RuleFacts, evaluate
from routing.rules.evaluation import DECIDED_BEFORE, LOWERS_LEVEL, RAISED_BY_EMAIL
from routing.rules.problems import ProblemCode, Staff, covers, is_impossible, list_problems

FACTS = RequestFacts(
    channel="web",
    account_status="customer",
    plan=1,
    product=2,
    mailboxes=("support@rocket.example",),
    language="pt-br",
    country="BR",
    fields={"os": "Mac OS"},
    words=frozenset({77}),
    priority=5,
    priority_rank=2,
    tags=("Beta", "1-star"),
)


def when(kind: str, value: str = "", *, key: str = "", no: bool = False, pk: int = 1) -> Condition:
    return Condition(pk, kind, value, no, key)


def then(kind: str, target: int = 0, value: str = "", rank: int = 0) -> Action:
    return Action(kind, target, value, rank)


def rule(pk: int, *parts: Condition | Action, stops: bool = True) -> RuleFacts:
    conditions = tuple(part for part in parts if isinstance(part, Condition))
    actions = tuple(part for part in parts if isinstance(part, Action))
    return RuleFacts(pk, f"Rule {pk}", conditions, actions, stops)


SECURITY = then(ActionKind.DEPARTMENT, 8)
HARDWARE = then(ActionKind.DEPARTMENT, 9)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (when(ConditionKind.ACCOUNT_STATUS, "customer"), True),
        (when(ConditionKind.ACCOUNT_STATUS, "none"), False),
        (when(ConditionKind.PLAN, "1"), True),
        (when(ConditionKind.PLAN, "2"), False),
        (when(ConditionKind.PRODUCT, "2"), True),
        (when(ConditionKind.CHANNEL, "web"), True),
        (when(ConditionKind.CHANNEL, "email"), False),
        (when(ConditionKind.TAG, "beta"), True),
        (when(ConditionKind.TAG, "1"), False),
        (when(ConditionKind.TAG, "2-star"), False),
        (when(ConditionKind.MAILBOX, "Support@rocket.example"), True),
        (when(ConditionKind.MAILBOX, "sales@rocket.example"), False),
        (when(ConditionKind.LANGUAGE, "pt"), True),
        (when(ConditionKind.LANGUAGE, "pt-br"), True),
        (when(ConditionKind.LANGUAGE, "p"), False),
        (when(ConditionKind.LANGUAGE, "pt-pt"), False),
        (when(ConditionKind.COUNTRY, "BR"), True),
        (when(ConditionKind.COUNTRY, "DE"), False),
        (when(ConditionKind.WORDS, "outage", pk=77), True),
        (when(ConditionKind.WORDS, "outage", pk=78), False),
        (when(ConditionKind.FIELD, "mac  os", key="os"), True),
        (when(ConditionKind.FIELD, "Linux", key="os"), False),
        (when(ConditionKind.FIELD, "Mac OS", key="browser"), False),
        (when(ConditionKind.SENDER, "verified"), True),
        (when(ConditionKind.SENDER, "unverified"), False),
    ],
)
def test_each_kind_of_condition(condition: Condition, holds: bool) -> None:
    for negated in (False, True):
        tried = evaluate([rule(1, replace(condition, is_negated=negated))], FACTS).tried
        assert tried[0].applies is (holds is not negated)
        assert tried[0].checks == (holds is not negated,)


def test_a_request_without_an_account_has_the_status_none() -> None:
    stranger = RequestFacts(channel="email", is_unverified=True)
    found = evaluate([rule(1, when(ConditionKind.ACCOUNT_STATUS, "none"))], stranger)
    assert found.fired


def test_an_unknown_kind_fails_loudly() -> None:
    with pytest.raises(ValueError, match="moon"):
        evaluate([rule(1, when("moon", "full"))], FACTS)


def test_conditions_of_one_kind_are_alternatives_and_kinds_add_up() -> None:
    either = [when(ConditionKind.CHANNEL, "email"), when(ConditionKind.CHANNEL, "web")]
    assert evaluate([rule(1, *either)], FACTS).fired
    assert evaluate([rule(1, *either, when(ConditionKind.PLAN, "1"))], FACTS).fired
    assert not evaluate([rule(1, *either, when(ConditionKind.PLAN, "9"))], FACTS).fired
    excluded = when(ConditionKind.COUNTRY, "BR", no=True)
    assert not evaluate([rule(1, *either, excluded)], FACTS).fired


def test_answers_to_two_fields_must_both_match() -> None:
    both = [when(ConditionKind.FIELD, "Mac OS", key="os")]
    assert evaluate([rule(1, *both)], FACTS).fired
    both.append(when(ConditionKind.FIELD, "Firefox", key="browser"))
    assert not evaluate([rule(1, *both)], FACTS).fired


def test_the_first_rule_that_applies_and_stops_ends_the_list() -> None:
    found = evaluate([rule(1, SECURITY), rule(2, HARDWARE)], FACTS)
    assert found.outcome.department == 8
    assert [tried.rule.id for tried in found.tried] == [1]


def test_a_rule_that_continues_lets_later_ones_add_what_is_open() -> None:
    rules = [
        rule(1, SECURITY, then(ActionKind.TAG, 1), stops=False),
        rule(2, HARDWARE, then(ActionKind.TAG, 2), then(ActionKind.LEVEL, value="l2")),
        rule(3, then(ActionKind.TAG, 3)),
    ]
    found = evaluate(rules, FACTS)
    assert (found.outcome.department, found.outcome.level) == (8, "l2")
    assert found.outcome.tags == (1, 2)
    assert [(each.rule.id, each.action, each.reason) for each in found.refused] == [
        (2, HARDWARE, DECIDED_BEFORE)
    ]


def test_skills_add_up_and_the_higher_level_counts() -> None:
    rules = [
        rule(1, then(ActionKind.SKILL, 4, "1"), then(ActionKind.SKILL, 5, "3"), stops=False),
        rule(2, then(ActionKind.SKILL, 4, "2"), then(ActionKind.SKILL, 5, "2")),
    ]
    assert evaluate(rules, FACTS).outcome.skills == {4: 2, 5: 3}


@pytest.mark.parametrize(
    ("channel", "rank", "reason"),
    [("email", 1, RAISED_BY_EMAIL), ("email", 3, ""), ("web", 1, ""), ("phone", 1, "")],
)
def test_nothing_in_an_email_raises_its_priority(channel: str, rank: int, reason: str) -> None:
    facts = replace(FACTS, channel=channel)
    found = evaluate([rule(1, then(ActionKind.PRIORITY, 6, rank=rank))], facts)
    assert found.outcome.priority == (None if reason else 6)
    assert [each.reason for each in found.refused] == ([reason] if reason else [])


def test_rules_never_take_a_ticket_to_a_lower_level() -> None:
    facts = replace(FACTS, level="rnd")
    found = evaluate([rule(1, then(ActionKind.LEVEL, value="l2"))], facts)
    assert found.outcome.level is None
    assert [each.reason for each in found.refused] == [LOWERS_LEVEL]


def test_an_inactive_rule_is_not_tried() -> None:
    off = replace(rule(1, SECURITY), is_active=False)
    assert evaluate([off, rule(2, HARDWARE)], FACTS).outcome.department == 9


values = st.sampled_from(["customer", "trial", "none"])
conditions = st.builds(
    Condition,
    st.integers(1, 3),
    st.just(ConditionKind.ACCOUNT_STATUS.value),
    values,
    st.booleans(),
)
channels = st.builds(
    Condition,
    st.integers(4, 6),
    st.just(ConditionKind.CHANNEL.value),
    st.sampled_from(["email", "web", "phone"]),
    st.booleans(),
)
rule_facts = st.builds(
    RuleFacts,
    st.integers(1, 99),
    st.just("Any"),
    st.lists(conditions | channels, max_size=4).map(tuple),
)
ALL_FACTS = [
    RequestFacts(channel=channel, account_status=status)
    for channel in ("email", "web", "phone", "chat")
    for status in ("customer", "trial", "community", "")
]


@given(rule_facts, rule_facts)
def test_a_rule_is_called_hidden_only_if_the_earlier_one_takes_all_its_requests(
    earlier: RuleFacts, later: RuleFacts
) -> None:
    if covers(earlier, later):
        for facts in ALL_FACTS:
            if evaluate([later], facts).fired:
                assert evaluate([earlier], facts).fired


@given(rule_facts)
def test_a_rule_is_called_impossible_only_if_no_request_meets_it(found: RuleFacts) -> None:
    if is_impossible(found):
        assert not any(evaluate([found], facts).fired for facts in ALL_FACTS)


def list_codes(*rules: RuleFacts, staff: list[Staff] | None = None) -> list[tuple[int, str, str]]:
    there = [Staff("l1", frozenset({8, 9}), {4: 2})] if staff is None else staff
    problems = list_problems(rules, there, {8: "Security", 9: "Hardware"})
    return [(each.rule_id, each.code, each.other) for each in problems]


def test_problems_of_rules() -> None:
    web = when(ConditionKind.CHANNEL, "web")
    paid = when(ConditionKind.PLAN, "1")
    assert list_codes(rule(1, web, SECURITY), rule(2, web, paid, HARDWARE)) == [
        (2, ProblemCode.HIDDEN, "Rule 1")
    ]
    assert list_codes(rule(1, web, SECURITY, stops=False), rule(2, web, paid, HARDWARE)) == [
        (2, ProblemCode.CONTRADICTED, "Rule 1")
    ]
    assert list_codes(rule(1, web, paid, SECURITY), rule(2, web, HARDWARE)) == []
    assert list_codes(rule(1, web, stops=False)) == [(1, ProblemCode.NO_EFFECT, "")]
    assert list_codes(rule(1, SECURITY), staff=[]) == [(1, ProblemCode.NO_AGENTS, "Security")]
    level = then(ActionKind.LEVEL, value="l2")
    assert list_codes(rule(1, SECURITY, level)) == [(1, ProblemCode.NO_AGENTS, "Security")]
    assert list_codes(rule(1, then(ActionKind.SKILL, 4, "3"))) == [(1, ProblemCode.NO_SKILL, "")]
    assert list_codes(rule(1, then(ActionKind.SKILL, 4, "2"))) == []


@pytest.mark.parametrize(
    "parts",
    [
        [when(ConditionKind.SENDER, "unverified"), when(ConditionKind.PLAN, "1")],
        [when(ConditionKind.SENDER, "verified", no=True), when(ConditionKind.COUNTRY, "BR")],
        [when(ConditionKind.ACCOUNT_STATUS, "none"), when(ConditionKind.PLAN, "1")],
        [when(ConditionKind.CHANNEL, "web"), when(ConditionKind.MAILBOX, "a@b.example")],
        [when(ConditionKind.CHANNEL, "web"), when(ConditionKind.CHANNEL, "web", no=True)],
    ],
)
def test_conditions_that_exclude_each_other_in_any_order(parts: list[Condition]) -> None:
    for order in permutations(parts):
        assert list_codes(rule(1, *order, SECURITY)) == [(1, ProblemCode.IMPOSSIBLE, "")]
