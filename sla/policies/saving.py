"""Create, change, move and delete policies: for scripts. The admin's form saves the same parts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction
from sla.models import Policy
from sla.policies.contents import (
    Conditions,
    Wanted,
    describe_changes,
    keep_version,
    list_policies_by_id,
    read_snapshot,
    save_contents,
)


@transaction.atomic
def save_policy(
    *,
    policy: Policy,
    conditions: Conditions,
    targets: Wanted,
    position: int | None,
    by: Agent,
    at: datetime,
) -> Policy:
    """Save a policy with its contents as a new version, and audit what changed.

    position: its place among the desk's policies, 1 for the first; None keeps it, or adds it last.
    """
    is_new = policy.pk is None
    before = None if is_new else read_snapshot(list_policies_by_id([policy.pk])[0])
    if is_new:
        policy.position = Policy.objects.filter(desk=policy.desk_id).count() + 1
    policy.save()
    save_contents(policy=policy, conditions=conditions, targets=targets)
    if position is not None:
        _move(policy, position)
    keep_version(policy_id=policy.pk, by=by, at=at)
    [saved] = list_policies_by_id([policy.pk])
    lines = describe_changes(before, read_snapshot(saved)) if before else []
    if is_new or lines:
        record_audit(
            desk=policy.desk_id,
            by=by,
            action=AuditAction.ADDED if is_new else AuditAction.CHANGED,
            about=saved,
            detail={"changes": {"policy": [None, lines]}} if lines else {},
        )
    return saved


def _move(policy: Policy, position: int) -> None:
    others = list(Policy.objects.filter(desk=policy.desk_id).exclude(pk=policy.pk))
    others.insert(max(0, position - 1), policy)
    for place, each in enumerate(others, start=1):
        if each.position != place:
            each.position = place
            each.save(update_fields=["position"])


@transaction.atomic
def delete_policy(*, policy: Policy, by: Agent) -> None:
    """Delete a policy, and audit that. Its versions stay, for the deadlines that it led to."""
    record_audit(desk=policy.desk_id, by=by, action=AuditAction.DELETED, about=policy, detail={})
    policy.delete()
