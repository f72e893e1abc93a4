"""Evaluation of routing rules. Pure: no database, no clock.

Rules are tried once, in order, so they can't loop. Of each kind of condition one must hold, and
none that is negated. Of the rules that apply, the first one that names a department, level or
priority decides it; skills and tags add up. A rule that stops ends the list if it applies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from accounts.models import Level
from routing.models import ActionKind, ConditionKind
from routing.models.rules import NO_ACCOUNT, UNVERIFIED, VERIFIED
from tickets.models import Channel

LEVELS = [level.value for level in Level]  # from the first to the last


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a rule.

    value: what must be found: a code, the ID of a row as text, or an answer. key: of a form field,
    or the scope of words.
    """

    id: int
    kind: str
    value: str
    is_negated: bool = False
    key: str = ""

    @property
    def group(self) -> tuple[str, str]:
        """Conditions of one group are alternatives: those of a kind, or of a form field."""
        return self.kind, self.key if self.kind == ConditionKind.FIELD else ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a rule sets: a row, or a level. rank: of a priority, 1 is the highest."""

    kind: str
    target: int = 0
    value: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule with its conditions and actions."""

    id: int
    name: str
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = ()
    stops: bool = True
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Facts about a request that rules look at.

    Plan, product and priority are IDs, 0 for none. words: the IDs of the conditions whose words the
    request contains. An unverified sender has no account. level, priority, priority_rank and tags
    (names): before the rules.
    """

    channel: str
    account_status: str = ""
    plan: int = 0
    product: int = 0
    mailboxes: tuple[str, ...] = ()
    language: str = ""
    country: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    is_unverified: bool = False
    words: frozenset[int] = frozenset()
    level: str = Level.L1.value
    priority: int = 0
    priority_rank: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was tried, with the result of each of its conditions in their order."""

    rule: RuleFacts
    checks: tuple[bool, ...]
    applies: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """An action of a rule that applies, and the code of the reason why it changes nothing."""

    rule: RuleFacts
    action: Action
    reason: str


# Reasons of Refused.
DECIDED_BEFORE = "decided_before"
RAISED_BY_EMAIL = "raised_by_email"
LOWERS_LEVEL = "lowers_level"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The combined result of the rules that apply. None or empty where they leave it open.

    skills: the minimum level by the skill's ID. deciding: the rule behind each single value.
    """

    department: int | None = None
    level: str | None = None
    priority: int | None = None
    skills: Mapping[int, int] = field(default_factory=dict)
    tags: tuple[int, ...] = ()
    deciding: Mapping[str, RuleFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """The rules that were tried on a request, and the result."""

    tried: tuple[Tried, ...]
    outcome: Outcome
    refused: tuple[Refused, ...] = ()

    @property
    def fired(self) -> tuple[RuleFacts, ...]:
        """The rules that apply."""
        return tuple(each.rule for each in self.tried if each.applies)


def evaluate(rules: Iterable[RuleFacts], facts: RequestFacts) -> Trace:
    """Try rules on a request, in order. Inactive ones are left out."""
    tried: list[Tried] = []
    for rule in rules:
        if not rule.is_active:
            continue
        tried.append(try_rule(rule, facts))
        if tried[-1].applies and rule.stops:
            break
    outcome, refused = _combine([each.rule for each in tried if each.applies], facts)
    return Trace(tuple(tried), outcome, refused)


def try_rule(rule: RuleFacts, facts: RequestFacts) -> Tried:
    """Check every condition of a rule, even after one fails, for the explanation."""
    checks = tuple(holds(condition, facts) for condition in rule.conditions)
    groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
    applies = True
    for condition, check in zip(rule.conditions, checks, strict=True):
        if condition.is_negated:
            applies = applies and check
        else:
            groups[condition.group].append(check)
    return Tried(rule, checks, applies and all(any(group) for group in groups.values()))


def holds(condition: Condition, facts: RequestFacts) -> bool:
    """Return True if a condition holds, negated or not."""
    return _matches(condition, facts) is not condition.is_negated


def _matches(condition: Condition, facts: RequestFacts) -> bool:
    value = condition.value
    match condition.kind:
        case ConditionKind.ACCOUNT_STATUS:
            return value == (facts.account_status or NO_ACCOUNT)
        case ConditionKind.PLAN:
            return value == str(facts.plan)
        case ConditionKind.PRODUCT:
            return value == str(facts.product)
        case ConditionKind.CHANNEL:
            return value == facts.channel
        case ConditionKind.MAILBOX:
            return value.lower() in facts.mailboxes
        case ConditionKind.LANGUAGE:
            return _is_language(facts.language, value)
        case ConditionKind.COUNTRY:
            return value == facts.country
        case ConditionKind.WORDS:
            return condition.id in facts.words
        case ConditionKind.FIELD:
            return fold(facts.fields.get(condition.key, "")) == fold(value)
        case ConditionKind.TAG:
            return fold(value) in map(fold, facts.tags)
        case ConditionKind.SENDER:
            return value == (UNVERIFIED if facts.is_unverified else VERIFIED)
    raise ValueError(f"{condition.kind!r} is not a kind of condition.")


def _is_language(found: str, wanted: str) -> bool:
    """Return True for the language itself or a variety of it: "pt" is also "pt-BR"."""
    found, wanted = found.lower().replace("_", "-"), wanted.lower()
    return found == wanted or found.startswith(f"{wanted}-")


def fold(answer: str) -> str:
    """Return an answer or a name as it is compared: without regard to case and spaces."""
    return " ".join(str(answer).split()).casefold()


def _combine(
    rules: Sequence[RuleFacts], facts: RequestFacts
) -> tuple[Outcome, tuple[Refused, ...]]:
    """Return what the rules that apply set together, and the actions without an effect."""
    single: dict[str, Action] = {}
    deciding: dict[str, RuleFacts] = {}
    skills: dict[int, int] = {}
    tags: dict[int, None] = {}
    refused: list[Refused] = []
    for rule in rules:
        for action in rule.actions:
            if action.kind == ActionKind.SKILL:
                skills[action.target] = max(skills.get(action.target, 1), int(action.value or 1))
            elif action.kind == ActionKind.TAG:
                tags[action.target] = None
            elif reason := _find_objection(action, single, facts):
                refused.append(Refused(rule, action, reason))
            else:
                single[action.kind], deciding[action.kind] = action, rule
    department, level, priority = (
        single.get(kind) for kind in (ActionKind.DEPARTMENT, ActionKind.LEVEL, ActionKind.PRIORITY)
    )
    outcome = Outcome(
        department=department.target if department else None,
        level=level.value if level else None,
        priority=priority.target if priority else None,
        skills=skills,
        tags=tuple(tags),
        deciding=deciding,
    )
    return outcome, tuple(refused)


def _find_objection(action: Action, single: Mapping[str, Action], facts: RequestFacts) -> str:
    """Return why an action that sets a single value has no effect, or ""."""
    if action.kind in single:
        return DECIDED_BEFORE
    if action.kind == ActionKind.LEVEL and LEVELS.index(action.value) < LEVELS.index(facts.level):
        return LOWERS_LEVEL
    is_raised = action.kind == ActionKind.PRIORITY and action.rank < facts.priority_rank
    # Nothing in an email may raise its priority: anyone could write the words (M33).
    return RAISED_BY_EMAIL if is_raised and facts.channel == Channel.EMAIL else ""
