"""Routing rules that name a tag which gets another name, or is merged into another tag."""

from __future__ import annotations

from routing.models import ConditionKind, RuleAction, RuleCondition
from routing.rules.evaluation import fold
from routing.rules.versions import save_version
from tickets.services.renamed_tags import RenamedTag


def follow_renamed_tag(renamed: RenamedTag) -> None:
    """Replace a tag's name in the conditions of rules, and keep the new version of the rules.

    A follower of tags (settings.TAG_FOLLOWERS). Actions refer to the tag itself, but a version has
    its name. Those of a merged tag set the other one, once in each rule.
    """
    if renamed.merged_id is not None:
        _move_actions(renamed.merged_id, renamed.tag.pk)
    desk_id, was = renamed.tag.desk_id, fold(renamed.before)
    conditions = RuleCondition.objects.filter(desk_id=desk_id, kind=ConditionKind.TAG)
    named = [row for row in conditions.order_by("pk") if fold(row.value) == was]
    for row in named:
        row.value = renamed.tag.name
        row.save(update_fields=["value"])
    if named or RuleAction.objects.filter(tag=renamed.tag).exists():
        save_version(desk_id=desk_id, by_name=str(renamed.by or ""), at=renamed.at)


def _move_actions(before: int, after: int) -> None:
    there = RuleAction.objects.filter(tag=after).values("rule_id")
    RuleAction.objects.filter(tag=before, rule__in=there).delete()
    RuleAction.objects.filter(tag=before).update(tag=after)
