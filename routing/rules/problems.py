"""Problems of a desk's rules that an admin should know of. Pure.

Rules are tried once and in order, so they can't loop. But a rule can be out of reach, contradict
another one, or send requests where no agent is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import Level
from routing.models import ActionKind, ConditionKind
from routing.models.rules import NO_ACCOUNT, UNVERIFIED, VERIFIED
from routing.rules.evaluation import Condition, RuleFacts
from tickets.models import Channel

OF_ACCOUNTS = {ConditionKind.PLAN, ConditionKind.COUNTRY, ConditionKind.ACCOUNT_STATUS}
SINGLE = (ActionKind.DEPARTMENT, ActionKind.LEVEL, ActionKind.PRIORITY)


class ProblemCode(StrEnum):
    """Codes of problems. other: the name of the rule, or of the department, that is meant."""

    NO_EFFECT = "no_effect"  # neither an action nor a stop
    IMPOSSIBLE = "impossible"  # its conditions exclude each other
    HIDDEN = "hidden"  # other: an earlier rule that stops takes all its requests
    CONTRADICTED = "contradicted"  # other: an earlier rule decides the same for all its requests
    NO_AGENTS = "no_agents"  # other: the department has no active agent at the level
    NO_SKILL = "no_skill"  # no active agent of the department has the skills


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a rule."""

    rule_id: int
    code: ProblemCode
    other: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """An agent who can be assigned tickets. skills: level by the skill's ID."""

    level: str
    departments: frozenset[int]
    skills: Mapping[int, int]


def list_problems(
    rules: Iterable[RuleFacts], staff: Sequence[Staff], departments: Mapping[int, str]
) -> list[Problem]:
    """Return the problems of the active rules. departments: names by ID."""
    active = [rule for rule in rules if rule.is_active]
    found: list[Problem] = []
    for place, rule in enumerate(active):
        if not (rule.actions or rule.stops):
            found.append(Problem(rule.id, ProblemCode.NO_EFFECT))
        if is_impossible(rule):
            found.append(Problem(rule.id, ProblemCode.IMPOSSIBLE))
            continue
        found += _find_earlier(rule, active[:place])
        found += _check_staff(rule, staff, departments)
    return found


def is_impossible(rule: RuleFacts) -> bool:
    """Return True if no request can meet all conditions of a rule."""
    wanted, excluded = _group(rule)
    for group, values in wanted.items():
        if values <= excluded.get(group, set()):
            return True
    senders = wanted.get((ConditionKind.SENDER, ""), {VERIFIED, UNVERIFIED}) - excluded.get(
        (ConditionKind.SENDER, ""), set()
    )
    if senders == {UNVERIFIED} and any(
        kind in OF_ACCOUNTS and values != {NO_ACCOUNT} and NO_ACCOUNT not in values
        for (kind, _), values in wanted.items()
    ):
        return True  # an unverified sender has no account
    statuses = wanted.get((ConditionKind.ACCOUNT_STATUS, ""))
    has_account = any((kind, "") in wanted for kind in (ConditionKind.PLAN, ConditionKind.COUNTRY))
    if statuses == {NO_ACCOUNT} and has_account:
        return True
    channels = wanted.get((ConditionKind.CHANNEL, ""))
    has_mailbox = (ConditionKind.MAILBOX, "") in wanted
    return bool(channels and has_mailbox and Channel.EMAIL.value not in channels)


def covers(earlier: RuleFacts, later: RuleFacts) -> bool:
    """Return True if every request that meets the later rule's conditions meets the earlier's."""
    wanted, excluded = _group(earlier)
    later_wanted, later_excluded = _group(later)
    for group, values in wanted.items():
        if group not in later_wanted or not later_wanted[group] <= values:
            return False
    return all(
        values <= later_excluded.get(group, set())
        or (group in later_wanted and not later_wanted[group] & values)
        for group, values in excluded.items()
    )


Groups = dict[tuple[str, str], set[str]]


def _group(rule: RuleFacts) -> tuple[Groups, Groups]:
    """Return the values that the conditions of a rule want, and those that they exclude."""
    wanted: Groups = defaultdict(set)
    excluded: Groups = defaultdict(set)
    for condition in rule.conditions:
        groups = excluded if condition.is_negated else wanted
        groups[condition.group].add(_get_value(condition))
    return dict(wanted), dict(excluded)


def _get_value(condition: Condition) -> str:
    value = condition.value.strip().casefold()
    return f"{condition.key}:{value}" if condition.kind == ConditionKind.WORDS else value


def _find_earlier(rule: RuleFacts, earlier: Sequence[RuleFacts]) -> Iterable[Problem]:
    """Yield the earlier rules that hide a rule, or decide what it would decide."""
    for other in earlier:
        if is_impossible(other) or not covers(other, rule):
            continue
        if other.stops:
            yield Problem(rule.id, ProblemCode.HIDDEN, other.name)
            return
        decided = {action.kind: action for action in other.actions if action.kind in SINGLE}
        if any(
            action.kind in decided and decided[action.kind] != action for action in rule.actions
        ):
            yield Problem(rule.id, ProblemCode.CONTRADICTED, other.name)


def _check_staff(
    rule: RuleFacts, staff: Sequence[Staff], departments: Mapping[int, str]
) -> Iterable[Problem]:
    """Yield a problem if no agent can be assigned what a rule sends to its department."""
    actions = {action.kind: action for action in rule.actions}
    department = actions.get(ActionKind.DEPARTMENT)
    level = actions[ActionKind.LEVEL].value if ActionKind.LEVEL in actions else Level.L1.value
    present = [
        agent
        for agent in staff
        if agent.level == level and (not department or department.target in agent.departments)
    ]
    if not present and (department or ActionKind.LEVEL in actions):
        name = departments.get(department.target, "") if department else ""
        yield Problem(rule.id, ProblemCode.NO_AGENTS, name)
        return
    skills = {a.target: int(a.value or 1) for a in rule.actions if a.kind == ActionKind.SKILL}
    if skills and not any(
        all(agent.skills.get(skill, 0) >= least for skill, least in skills.items())
        for agent in present
    ):
        yield Problem(rule.id, ProblemCode.NO_SKILL)
