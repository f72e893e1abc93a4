"""SLA policies as a whole: their conditions and targets in words, and a version of each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccountStatus, Agent, Desk
from sla.durations import Amount, format_target
from sla.models import (
    Calendar,
    ClockKind,
    ConditionKind,
    Policy,
    PolicyCondition,
    PolicyVersion,
    Target,
    TargetUnit,
)
from sla.models.kinds import TARGETED
from tickets.models import Channel

Key = int | str  # the ID of a row, or the word of an account status or a channel
Conditions = Mapping[ConditionKind, Sequence[Key]]
Wanted = Mapping[ClockKind, tuple[Amount, Calendar | None] | None]

CLAUSES = {
    ConditionKind.PLAN: gettext_lazy("the plan is %(values)s"),
    ConditionKind.PRODUCT: gettext_lazy("the product is %(values)s"),
    ConditionKind.ACCOUNT_STATUS: gettext_lazy("the account is %(values)s"),
    ConditionKind.PRIORITY: gettext_lazy("the priority is %(values)s"),
    ConditionKind.DEPARTMENT: gettext_lazy("the department is %(values)s"),
    ConditionKind.CHANNEL: gettext_lazy("the channel is %(values)s"),
    ConditionKind.TAG: gettext_lazy("the tag is %(values)s"),
}
WORDS = {ConditionKind.ACCOUNT_STATUS: AccountStatus, ConditionKind.CHANNEL: Channel}


@dataclass(frozen=True)
class Version:
    """A saved version: who made it and when, and what it changed, in words."""

    number: int
    at: datetime
    by: str
    changes: tuple[str, ...]


def list_policies(desk: Desk) -> QuerySet[Policy]:
    """Return the desk's policies in their order, with conditions and targets. Three queries."""
    related = ("plan", "product", "priority", "department", "tag")
    conditions = PolicyCondition.objects.select_related(*related)
    targets = Target.objects.select_related("calendar")
    return Policy.objects.filter(desk=desk).prefetch_related(
        Prefetch("conditions", conditions), Prefetch("targets", targets)
    )


def read_conditions(policy: Policy) -> dict[ConditionKind, list[Key]]:
    """Return the accepted values of a policy by kind, in the order of kinds."""
    found: dict[ConditionKind, list[Key]] = {}
    for kind in ConditionKind:
        keys = [row.key for row in policy.conditions.all() if row.kind == kind]
        if keys:
            found[kind] = keys
    return found


def read_snapshot(policy: Policy) -> dict[str, Any]:
    """Return a policy as a version keeps it: names, so that it stays readable."""
    conditions: dict[str, list[str]] = {}
    for row in policy.conditions.all():
        conditions.setdefault(row.kind, []).append(row.shown_value)
    return {
        "name": policy.name,
        "is_active": policy.is_active,
        "position": policy.position,
        "conditions": {kind: sorted(names) for kind, names in conditions.items()},
        "targets": {
            target.clock: {
                "unit": target.unit,
                "amount": target.amount,
                "by_minute": target.by_minute,
                "calendar": target.calendar.name if target.calendar else "",
            }
            for target in policy.targets.all()
        },
    }


def describe_conditions(conditions: Mapping[str, Sequence[str]]) -> str:
    """Return the conditions of a snapshot as a sentence."""
    clauses = [
        str(CLAUSES[kind])
        % {"values": get_text_list(_name_values(kind, conditions[kind]), _("or"))}
        for kind in ConditionKind
        if conditions.get(kind)
    ]
    if not clauses:
        return _("Applies to every ticket.")
    return _("Applies if %(clauses)s.") % {"clauses": get_text_list(clauses, _("and"))}


def _name_values(kind: ConditionKind, values: Sequence[str]) -> list[str]:
    """Return the labels of words, and names of rows as they are."""
    labels = dict(WORDS[kind].choices) if kind in WORDS else {}
    return [str(labels.get(value, value)) for value in values]


def describe_target(target: Mapping[str, Any]) -> str:
    """Return a target of a snapshot, such as "8h (12x5)"."""
    text = format_target(target["unit"], target["amount"], target["by_minute"])
    return f"{text} ({target['calendar']})" if target["calendar"] else text


def describe_targets(targets: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the targets of a snapshot, each as the label of its clock and its text."""
    return [
        (str(kind.label), describe_target(targets[kind])) for kind in TARGETED if kind in targets
    ]


def describe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what differs between two snapshots, a line each."""
    was, now = _list_facts(before), _list_facts(after)
    return [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": field, "before": was.get(field, "–"), "after": now.get(field, "–")}
        for field in {**was, **now}
        if was.get(field) != now.get(field)
    ]


def _list_facts(snapshot: Mapping[str, Any]) -> dict[str, str]:
    facts = {
        _("Name"): snapshot["name"],
        _("Active"): _("Yes") if snapshot["is_active"] else _("No"),
        _("Position"): str(snapshot["position"]),
    }
    for kind in ConditionKind:
        if values := snapshot["conditions"].get(kind):
            facts[capfirst(str(kind.label))] = ", ".join(_name_values(kind, values))
    return facts | dict(describe_targets(snapshot["targets"]))


def list_versions(policy: Policy) -> list[Version]:
    """Return the versions of a policy, the latest first, each with its difference. One query."""
    rows = list(policy.versions.select_related("by"))
    earlier = [*rows[1:], None]
    return [
        Version(
            row.version,
            row.at,
            row.by.name if row.by else "",
            tuple(describe_changes(last.data, row.data)) if last else (_("Created"),),
        )
        for row, last in zip(rows, earlier, strict=True)
    ]


def save_contents(*, policy: Policy, conditions: Conditions, targets: Wanted) -> None:
    """Give a saved policy these conditions and targets. Rows that stay keep their IDs.

    targets: by clock; None for a clock that the policy doesn't decide.
    """
    wanted = {(kind, key) for kind, keys in conditions.items() for key in keys}
    stored = {(ConditionKind(row.kind), row.key): row for row in policy.conditions.all()}
    gone = [row.pk for pair, row in stored.items() if pair not in wanted]
    PolicyCondition.objects.filter(pk__in=gone).delete()
    PolicyCondition.objects.bulk_create(
        _make_condition(policy, kind, key)
        for kind, key in sorted(wanted - stored.keys(), key=lambda pair: (pair[0], str(pair[1])))
    )
    for clock, found in targets.items():
        _save_target(policy, clock, found)


def _make_condition(policy: Policy, kind: ConditionKind, key: Key) -> PolicyCondition:
    column = "value" if kind in WORDS else f"{kind}_id"
    return PolicyCondition(desk_id=policy.desk_id, policy=policy, kind=kind, **{column: key})


def _save_target(
    policy: Policy, clock: ClockKind, found: tuple[Amount, Calendar | None] | None
) -> None:
    if found is None:
        Target.objects.filter(policy=policy, clock=clock).delete()
        return
    amount, calendar = found
    values = {
        "unit": amount.unit,
        "amount": amount.amount,
        "by_minute": amount.by_minute,
        "calendar": None if amount.unit == TargetUnit.NONE else calendar,
    }
    row, is_new = Target.objects.get_or_create(
        desk_id=policy.desk_id, policy=policy, clock=clock, defaults=values
    )
    if not is_new and any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def keep_version(*, policy_id: int, by: Agent | None, at: datetime) -> bool:
    """Keep a policy as a new version if it differs from the last. Call it after each change."""
    policy = list_policies_by_id([policy_id])[0]
    snapshot = read_snapshot(policy)
    last = policy.versions.first()
    if last is not None and last.data == snapshot:
        return False
    number = last.version + 1 if last else 1
    PolicyVersion.objects.create(
        desk_id=policy.desk_id, policy=policy, version=number, at=at, by=by, data=snapshot
    )
    Policy.objects.filter(pk=policy.pk).update(version=number)
    return True


def list_policies_by_id(ids: Sequence[int]) -> list[Policy]:
    """Return policies with their conditions and targets as stored now."""
    found = Policy.objects.filter(pk__in=ids).prefetch_related("conditions", "targets__calendar")
    return list(found)
