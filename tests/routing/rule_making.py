"""Routing rules for tests, as an admin would save them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from routing.models import Rule, RuleAction, RuleCondition, RuleVersion
from routing.rules.versions import save_version
from tests.cast import NOON, Cast

Rows = Sequence[dict[str, Any]]


def make_rule(cast: Cast, name: str, when: Rows = (), then: Rows = (), **changes: Any) -> Rule:
    """Create a rule at the end of the list, and the new version of the rules."""
    mine = {"desk": cast.desk}
    position = Rule.objects.filter(**mine).count() + 1
    rule = Rule.objects.create(**mine, name=name, **{"position": position, **changes})
    for condition in when:
        RuleCondition.objects.create(**mine, rule=rule, **condition)
    for action in then:
        RuleAction.objects.create(**mine, rule=rule, **action)
    keep_version(cast)
    return rule


def keep_version(cast: Cast) -> RuleVersion:
    """Keep the rules as they are now, and let services read them."""
    version = save_version(desk_id=cast.desk.pk, by_name="Admin", at=NOON)
    assert version is not None
    cast.desk.refresh_from_db(fields=["config_version"])
    return version
