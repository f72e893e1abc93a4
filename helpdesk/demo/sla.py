"""The SLA policies of the demo desks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import AccountStatus, Desk, Plan
from sla.durations import Amount, parse_target
from sla.models import TARGETED, Calendar, ClockKind, ConditionKind, Policy
from sla.policies.contents import Key, keep_version, save_contents
from tickets.models import Channel, Priority

WORDS = {ConditionKind.ACCOUNT_STATUS: AccountStatus, ConditionKind.CHANNEL: Channel}


def create_policies(
    desk: Desk,
    data: Sequence[Mapping[str, Any]],
    plans: Mapping[str, Plan],
    priorities: Sequence[Priority],
    calendars: Mapping[str, Calendar],
    *,
    now: datetime,
) -> None:
    """Create the desk's policies with a first version each."""
    rows: dict[ConditionKind, Mapping[str, Key]] = {
        ConditionKind.PLAN: {name: plan.pk for name, plan in plans.items()},
        ConditionKind.PRIORITY: {priority.name: priority.pk for priority in priorities},
        **{kind: {value: value for value in words.values} for kind, words in WORDS.items()},
    }
    for position, one in enumerate(data, start=1):
        policy = Policy.objects.create(desk=desk, name=one["name"], position=position)
        conditions = {
            kind: [rows[kind][name] for name in one[kind]] for kind in rows if kind in one
        }
        wanted: dict[ClockKind, tuple[Amount, Calendar | None] | None] = {
            clock: (parse_target(one[clock][0]), calendars[one[clock][1]])
            for clock in TARGETED
            if clock in one
        }
        save_contents(policy=policy, conditions=conditions, targets=wanted)
        keep_version(policy_id=policy.pk, by=None, at=now)
