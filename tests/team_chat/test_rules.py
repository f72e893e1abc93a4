"""Rules choose the channels of an event by topic, department, level and plan."""

from __future__ import annotations

from channels_intake.team_chat.rules import ChatBook, RuleFacts, TicketFacts, find_rules

OPENED, HOTLINE, ASSIGNED = "ticket.opened", "hotline", "ticket.assigned"
TICKET = TicketFacts(department_id=1, level="l1", plan_id=7)


def match(*rules: RuleFacts, topics: tuple[str, ...] = (OPENED,), closed: int = 0) -> list[int]:
    book = ChatBook(rules, frozenset({closed}))
    return [rule.id for rule in find_rules(book, topics, TICKET)]


def test_each_channel_is_told_once_by_its_first_rule() -> None:
    first, second = RuleFacts(1, 10, OPENED), RuleFacts(2, 10, OPENED, level="l1")
    elsewhere = RuleFacts(3, 11, OPENED)
    assert match(first, second, elsewhere) == [1, 3]


def test_conditions_are_compared() -> None:
    assert match(RuleFacts(1, 10, OPENED, department_id=1, level="l1", plan_id=7)) == [1]
    for other in ({"department_id": 2}, {"level": "l2"}, {"plan_id": 8}):
        assert match(RuleFacts(1, 10, OPENED, **other)) == []
    assert match(RuleFacts(1, 10, ASSIGNED)) == []


def test_the_more_specific_topic_comes_first() -> None:
    rules = (RuleFacts(1, 10, ASSIGNED), RuleFacts(2, 10, HOTLINE), RuleFacts(3, 11, ASSIGNED))
    assert match(*rules, topics=(HOTLINE, ASSIGNED)) == [2, 3]


def test_only_a_rule_that_names_a_members_only_department_tells_of_its_tickets() -> None:
    general, named = RuleFacts(1, 10, OPENED), RuleFacts(2, 11, OPENED, department_id=1)
    assert match(general, named, closed=1) == [2]
