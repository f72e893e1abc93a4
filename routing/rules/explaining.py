"""The trace of a ticket's rules as a page shows it: tried, applied, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from routing.models import RuleTrace
from routing.rules.sentences import (
    describe_action,
    describe_condition,
    describe_refusal,
    describe_seen,
)
from tickets.models import Ticket

MAX_TRACES = 20  # the newest ones


class Result(StrEnum):
    """Results of trying a rule."""

    APPLIES = "applies"
    FAILS = "fails"
    NOT_TRIED = "not_tried"  # an earlier rule stopped the list
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Check:
    """A condition as a sentence, what it saw, and whether it held."""

    condition: str
    seen: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """An action as a sentence. refused: why it had no effect, or ""."""

    action: str
    refused: str


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """A rule of the version that was tried."""

    id: int
    name: str
    result: Result
    checks: tuple[Check, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedTrace:
    """The rules as they were tried at one time."""

    at: datetime
    cause: str
    version: int
    rules: tuple[ExplainedRule, ...]

    @property
    def applied(self) -> tuple[str, ...]:
        """The names of the rules that applied."""
        return tuple(rule.name for rule in self.rules if rule.result == Result.APPLIES)


def list_traces(ticket: Ticket) -> list[ExplainedTrace]:
    """Return the latest traces of a ticket, newest first, in one statement."""
    traces = RuleTrace.objects.filter(ticket=ticket).select_related("version").order_by("-pk")
    return [explain_trace(trace, ticket) for trace in traces[:MAX_TRACES]]


def explain_trace(trace: RuleTrace, ticket: Ticket) -> ExplainedTrace:
    """Return a trace with every rule of its version, in the active language."""
    tried = {rule_id: (applies, checks) for rule_id, applies, checks in trace.tried}
    return ExplainedTrace(
        at=trace.at,
        cause=str(trace.get_cause_display()),
        version=trace.version.number,
        rules=tuple(_explain_rule(rule, tried, trace, ticket) for rule in trace.version.rules),
    )


def _explain_rule(
    rule: Mapping[str, Any],
    tried: Mapping[int, tuple[bool, list[int]]],
    trace: RuleTrace,
    ticket: Ticket,
) -> ExplainedRule:
    if rule["id"] not in tried:
        result = Result.NOT_TRIED if rule["is_active"] else Result.INACTIVE
        return ExplainedRule(rule["id"], rule["name"], result)
    applies, checks = tried[rule["id"]]
    return ExplainedRule(
        id=rule["id"],
        name=rule["name"],
        result=Result.APPLIES if applies else Result.FAILS,
        checks=tuple(
            Check(
                describe_condition(condition),
                describe_seen(condition, trace.facts, ticket.fields),
                bool(held),
            )
            for condition, held in zip(rule["conditions"], checks, strict=True)
        ),
        effects=_explain_effects(rule, trace, ticket) if applies else (),
    )


def _explain_effects(
    rule: Mapping[str, Any], trace: RuleTrace, ticket: Ticket
) -> tuple[Effect, ...]:
    found = [effect for effect in trace.effects if effect["rule"] == rule["id"]]
    return tuple(
        Effect(describe_action(action, ticket.desk), describe_refusal(effect["refused"]))
        for action, effect in zip(rule["actions"], found, strict=True)
    )
