"""Moves of defects by a desk's rules. A machine moves a defect forward only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fnmatch import fnmatchcase

import structlog

from channels_intake.code_hosts.links import find_original
from channels_intake.models import (
    CodeHost,
    CodeLink,
    CodeTrigger,
    HostKind,
    LinkKind,
    LinkState,
    StageRule,
)
from tickets.actors import SYSTEM
from tickets.defects.moving import Source, move_stage
from tickets.defects.stages import PATH
from tickets.errors import ConflictError
from tickets.models import Defect, Stage

log = structlog.get_logger(__name__)

# Rules of a new repository. A merge says nothing about a test, so customers don't hear of one.
DEFAULT_RULES = (
    (CodeTrigger.PULL_OPENED, Stage.IN_PROGRESS),
    (CodeTrigger.PULL_MERGED, Stage.IN_PROGRESS),
    (CodeTrigger.RELEASED, ""),
)


def add_default_rules(host: CodeHost) -> None:
    """Give a new repository the usual rules. The desk changes or removes them."""
    StageRule.objects.bulk_create(
        StageRule(desk_id=host.desk_id, host=host, trigger=trigger, stage=stage)
        for trigger, stage in DEFAULT_RULES
    )


def find_rule(rules: Iterable[StageRule], name: str) -> StageRule | None:
    """Return the rule for a branch or tag: the one with the longest pattern that matches."""
    fitting = [rule for rule in rules if not rule.pattern or fnmatchcase(name, rule.pattern)]
    return max(fitting, key=lambda rule: len(rule.pattern), default=None)


def move_by_rules(link: CodeLink, trigger: str, *, at: datetime) -> bool:
    """Move the defect of a link as the desk's rule says. Return True if it moved.

    The last open pull request of a defect decides when it counts as merged.
    """
    rules = StageRule.objects.filter(host=link.host_id, trigger=trigger)
    rule = find_rule(rules, link.branch)
    if rule is None or not rule.stage:
        return False
    defect = find_original(Defect.objects.get(pk=link.defect_id))
    if trigger == CodeTrigger.PULL_MERGED and _has_open_pulls(link, defect):
        return False
    if not is_forward(defect.stage, rule.stage):
        return False
    try:
        move_stage(
            defect_id=defect.pk,
            stage=rule.stage,
            by=SYSTEM,
            at=at,
            cause=get_cause(link.host, trigger),
            source=Source(link.reference, link.url),
            expected=defect.revision,
        )
    except ConflictError:
        # Another person or worker moved it in between; the event is tried against the new stage.
        log.info("code_move_conflict", defect=defect.pk)
        return move_by_rules(link, trigger, at=at)
    return True


def get_cause(host: CodeHost, trigger: str) -> str:
    """Return what a defect's history calls a trigger: GitLab has merge requests."""
    return trigger.replace("pull", "merge") if host.kind == HostKind.GITLAB else trigger


def is_forward(now: str, stage: str) -> bool:
    """Return True if a stage is further on the way to the fix than the current one."""
    return now in PATH and PATH.index(Stage(stage)) > PATH.index(Stage(now))


def _has_open_pulls(link: CodeLink, defect: Defect) -> bool:
    pulls = CodeLink.objects.filter(defect__in=[link.defect_id, defect.pk], kind=LinkKind.PULL)
    return pulls.filter(state=LinkState.OPEN).exclude(pk=link.pk).exists()
