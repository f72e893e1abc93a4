"""Saving of rules as a whole, for the API and the demo. The admin saves its forms' rows itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Desk
from routing.models import Rule, RuleAction, RuleCondition
from routing.rules.versions import save_version


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to save. Conditions and actions are unsaved rows without rule and desk."""

    name: str
    conditions: Sequence[RuleCondition] = ()
    actions: Sequence[RuleAction] = ()
    is_active: bool = True
    stops: bool = True
    position: int | None = None  # None: its present one, or the last


@transaction.atomic
def save_rule(
    *, desk: Desk, new: NewRule, rule: Rule | None = None, by_name: str, at: datetime
) -> Rule:
    """Create a rule, or replace one with its conditions and actions, and keep the new version.

    The other rules move out of the way of its position.
    """
    rule = rule or Rule(desk=desk, position=Rule.objects.filter(desk=desk).count() + 1)
    rule.name, rule.is_active, rule.stops = new.name, new.is_active, new.stops
    rule.save()
    rule.conditions.all().delete()
    rule.actions.all().delete()
    parts: list[RuleCondition | RuleAction] = [*new.conditions, *new.actions]
    for part in parts:
        part.desk, part.rule = desk, rule
        part.save(force_insert=True)
    if new.position is not None:
        move_rule(rule, new.position)
    save_version(desk_id=desk.pk, by_name=by_name, at=at)
    return rule


@transaction.atomic
def delete_rule(*, rule: Rule, by_name: str, at: datetime) -> None:
    """Delete a rule and keep the new version. Traces keep the version that they were made with."""
    desk_id = rule.desk_id
    rule.delete()
    save_version(desk_id=desk_id, by_name=by_name, at=at)


def move_rule(rule: Rule, position: int) -> None:
    """Move a rule to a position, counted from 1, and number all rules anew."""
    others = list(Rule.objects.filter(desk_id=rule.desk_id).exclude(pk=rule.pk))
    others.insert(max(position - 1, 0), rule)
    for place, each in enumerate(others, start=1):
        if each.position != place or each is rule:
            each.position = place
            each.save(update_fields=["position"])
