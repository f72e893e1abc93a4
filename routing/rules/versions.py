"""Versions of a desk's rules: a copy of all of them, kept with every change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from routing.models import Rule, RuleAction, RuleCondition, RuleVersion


def save_version(*, desk_id: int, by_name: str, at: datetime) -> RuleVersion | None:
    """Keep the rules as they are now, in the transaction that changed them.

    Returns the latest version if they are equal to it, or None if there never were any. The change
    of a rule locks the desk's row (accounts/versions.py): two versions never get one number.
    """
    rules = read_rules(desk_id)
    latest = RuleVersion.objects.filter(desk_id=desk_id).order_by("-number").first()
    if rules == (latest.rules if latest else []):
        return latest
    return RuleVersion.objects.create(
        desk_id=desk_id,
        number=latest.number + 1 if latest else 1,
        made_at=at,
        by_name=by_name,
        rules=rules,
    )


def read_rules(desk_id: int) -> list[dict[str, Any]]:
    """Return all rules of a desk in order, as a version keeps them: with the names of rows."""
    conditions = RuleCondition.objects.select_related("plan", "product", "form_field")
    actions = RuleAction.objects.select_related("department", "tag", "priority", "skill")
    rules = Rule.objects.filter(desk_id=desk_id).order_by("position", "pk")
    return [
        {
            "id": rule.pk,
            "name": rule.name,
            "is_active": rule.is_active,
            "stops": rule.stops,
            "conditions": [copy_condition(row) for row in rule.conditions.all()],
            "actions": [copy_action(row) for row in rule.actions.all()],
        }
        for rule in rules.prefetch_related(
            Prefetch("conditions", conditions), Prefetch("actions", actions)
        )
    ]


def copy_condition(row: RuleCondition) -> dict[str, Any]:
    """Return a condition as a version keeps it."""
    named = row.plan or row.product
    return {
        "id": row.pk,
        "kind": row.kind,
        "is_negated": row.is_negated,
        "value": named.name if named else row.value,
        "scope": row.scope,
        "key": row.form_field.key if row.form_field else "",
        "label": row.form_field.label if row.form_field else "",
    }


def copy_action(row: RuleAction) -> dict[str, Any]:
    """Return an action as a version keeps it."""
    named = row.department or row.tag or row.priority or row.skill
    return {
        "kind": row.kind,
        "target": named.pk if named else 0,
        "name": named.name if named else "",
        "value": row.value,
    }
