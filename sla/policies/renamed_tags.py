"""SLA policies that ask for a tag which gets another name, or is merged into another tag."""

from __future__ import annotations

from accounts.models import Agent
from sla.models import PolicyCondition
from sla.policies.contents import keep_version
from tickets.services.renamed_tags import RenamedTag


def follow_renamed_tag(renamed: RenamedTag) -> None:
    """Keep a new version of the policies that ask for a tag: a version has its name.

    A follower of tags (settings.TAG_FOLLOWERS). Those of a merged tag ask for the other one.
    """
    if renamed.merged_id is not None:
        _move_conditions(renamed.merged_id, renamed.tag.pk)
    conditions = PolicyCondition.objects.filter(tag=renamed.tag)
    by = renamed.by if isinstance(renamed.by, Agent) else None
    for policy_id in sorted(set(conditions.values_list("policy_id", flat=True))):
        keep_version(policy_id=policy_id, by=by, at=renamed.at)


def _move_conditions(before: int, after: int) -> None:
    there = PolicyCondition.objects.filter(tag=after).values("policy_id")
    PolicyCondition.objects.filter(tag=before, policy__in=there).delete()
    PolicyCondition.objects.filter(tag=before).update(tag=after)
