"""SLA policies that ask for a tag which gets another name."""

from __future__ import annotations

from accounts.models import Agent
from sla.models import PolicyCondition
from sla.policies.contents import keep_version
from tickets.services.renamed_tags import RenamedTag


def follow_renamed_tag(renamed: RenamedTag) -> None:
    """Keep a new version of the policies that ask for a tag: a version has its name.

    A follower of tags (settings.TAG_FOLLOWERS).
    """
    conditions = PolicyCondition.objects.filter(tag=renamed.tag)
    by = renamed.by if isinstance(renamed.by, Agent) else None
    for policy_id in sorted(set(conditions.values_list("policy_id", flat=True))):
        keep_version(policy_id=policy_id, by=by, at=renamed.at)
