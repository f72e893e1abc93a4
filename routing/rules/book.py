"""The rules of a desk as values, kept per version of the desk's configuration (P6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from accounts.models import Department, Desk
from accounts.versions import DeskCache
from routing.models import (
    ActionKind,
    ConditionKind,
    Rule,
    RuleAction,
    RuleCondition,
    RuleVersion,
)
from routing.rules.evaluation import Action, Condition, RuleFacts
from routing.rules.words import WordCondition, read_words
from tickets.models import Priority, Tag


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of a desk in order, with what they refer to.

    version_id, number: of the stored version that these rules are, 0 if the desk never had any.
    """

    version_id: int
    number: int
    rules: tuple[RuleFacts, ...]
    words: Mapping[int, tuple[WordCondition, ...]]  # by rule
    departments: Mapping[int, Department]
    priorities: Mapping[int, Priority]
    tags: Mapping[int, Tag]
    skills: Mapping[int, str]

    def list_rules(self, *, with_inactive: bool = False) -> tuple[RuleFacts, ...]:
        """Return the rules to try, in order. with_inactive: as if all were active."""
        if with_inactive:
            return tuple(replace(rule, is_active=True) for rule in self.rules)
        return tuple(rule for rule in self.rules if rule.is_active)

    def list_words(self, *, with_inactive: bool = False) -> tuple[WordCondition, ...]:
        """Return the words that these rules look for."""
        rules = self.list_rules(with_inactive=with_inactive)
        return tuple(words for rule in rules for words in self.words.get(rule.id, ()))

    def looks_at_tags(self, *, with_inactive: bool = False) -> bool:
        """Return True if any of these rules asks for a tag."""
        rules = self.list_rules(with_inactive=with_inactive)
        kinds = {condition.kind for rule in rules for condition in rule.conditions}
        return ConditionKind.TAG in kinds


def get_rule_book(desk: Desk) -> RuleBook:
    """Return the rules of the version that the desk was read with."""
    return _books.get(desk.pk, desk.config_version)


def load_rule_book(desk_id: int) -> RuleBook:
    """Read the rules of a desk."""
    latest = RuleVersion.objects.filter(desk_id=desk_id).order_by("-number")
    version = latest.values_list("pk", "number").first() or (0, 0)
    rows = list(
        Rule.objects.filter(desk_id=desk_id)
        .order_by("position", "pk")
        .prefetch_related(
            "conditions__form_field",
            "actions__department",
            "actions__tag",
            "actions__priority",
            "actions__skill",
        )
    )
    actions = [action for rule in rows for action in rule.actions.all()]
    return RuleBook(
        *version,
        rules=tuple(map(_make_rule, rows)),
        words={rule.pk: _read_words(rule) for rule in rows},
        departments={a.department.pk: a.department for a in actions if a.department},
        priorities={a.priority.pk: a.priority for a in actions if a.priority},
        tags={a.tag.pk: a.tag for a in actions if a.tag},
        skills={a.skill.pk: str(a.skill) for a in actions if a.skill},
    )


_books = DeskCache(load_rule_book)


def _make_rule(rule: Rule) -> RuleFacts:
    return RuleFacts(
        id=rule.pk,
        name=rule.name,
        conditions=tuple(map(make_condition, rule.conditions.all())),
        actions=tuple(map(make_action, rule.actions.all())),
        stops=rule.stops,
        is_active=rule.is_active,
    )


def make_condition(row: RuleCondition) -> Condition:
    """Return a condition as a value."""
    new = partial(Condition, row.pk, row.kind, is_negated=row.is_negated)
    if row.kind == ConditionKind.PLAN:
        return new(str(row.plan_id))
    if row.kind == ConditionKind.PRODUCT:
        return new(str(row.product_id))
    return new(row.value, key=row.form_field.key if row.form_field else row.scope)


def make_action(row: RuleAction) -> Action:
    """Return an action as a value."""
    if row.kind == ActionKind.PRIORITY and row.priority:
        return Action(row.kind, row.priority.pk, rank=row.priority.rank)
    target = row.department_id or row.tag_id or row.skill_id or 0
    return Action(row.kind, target, row.value)


def _read_words(rule: Rule) -> tuple[WordCondition, ...]:
    found = (
        read_words(condition.pk, condition.value, condition.scope)
        for condition in rule.conditions.all()
        if condition.kind == ConditionKind.WORDS
    )
    return tuple(words for words in found if words.query)
