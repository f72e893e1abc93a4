"""Routing rules on a ticket: try them, set what they say, and keep the trace.

Opening, re-routing and the applying of a dry run use the same code, so a dry run shows exactly what
they do.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Department
from routing.candidates import list_departments
from routing.models import ActionKind, TraceCause
from routing.rules.book import RuleBook, get_rule_book
from routing.rules.defaults import AccountFacts, choose_department
from routing.rules.evaluation import Outcome, RequestFacts, Trace, evaluate
from routing.rules.facts import describe_facts, get_texts, make_facts, read_tag_names
from routing.rules.placement import Placement, get_placement, leave_out, settle
from routing.rules.words import find_words
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.rules.coverage import update_coverage
from tickets.sentences.reasons import ReasonCode, make_reason
from tickets.services.tags import change_tags, get_tag_ids
from tickets.writes import Write

WRITE = """
rule_trace AS (
  INSERT INTO routing_ruletrace (desk_id, ticket_id, version_id, at, cause, facts, tried, effects)
  VALUES (%(trace_desk)s, %(trace_ticket)s, %(trace_version)s, %(trace_at)s, %(trace_cause)s,
    %(trace_facts)s::jsonb, %(trace_tried)s::jsonb, %(trace_effects)s::jsonb)
)
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of a desk's rules for a ticket.

    trace: None if the desk has no active rules. default: the department that the account decides,
    with the reason; None if the desk has none of its kind. kept: kinds of actions that an agent has
    decided by hand.
    """

    book: RuleBook
    facts: RequestFacts | None
    trace: Trace | None
    default: Department | None
    default_reason: dict[str, str]
    kept: frozenset[str] = frozenset()

    @property
    def outcome(self) -> Outcome:
        """The outcome of the rules, without what an agent decided by hand."""
        return leave_out(self.trace.outcome, self.kept) if self.trace else Outcome()

    def settle(self, before: Placement) -> Placement:
        """Return where the ticket is after the rules."""
        keeps = ActionKind.DEPARTMENT in self.kept or self.default is None
        default = None if keeps or self.default is None else self.default.pk
        return settle(before, self.outcome, default=default)

    @property
    def reason(self) -> dict[str, str]:
        """The reason of the department: the rule that names it, or the account."""
        if self.trace is None or self.outcome.department is None:
            return self.default_reason
        rule = self.trace.outcome.deciding[ActionKind.DEPARTMENT]
        return make_reason(ReasonCode.ROUTING_RULE, rule=rule.name)


def decide(change: Change, *, kept: Collection[str] = ()) -> Decision:
    """Try the desk's active rules on the ticket of a change.

    The texts are only looked at if a rule looks for words, which takes one statement. kept: as in
    Decision.
    """
    ticket, book = change.ticket, get_rule_book(change.ticket.desk)
    conditions, pk = book.list_words(), ticket.pk
    words = find_words(conditions, {pk: get_texts(change)})[pk] if conditions else frozenset()
    tags = read_tag_names(get_tag_ids(ticket)).values() if book.looks_at_tags() else ()
    return decide_on(ticket, book, words=words, tags=tags, kept=kept)


def decide_on(
    ticket: Ticket,
    book: RuleBook,
    *,
    words: frozenset[int],
    tags: Iterable[str] = (),
    kept: Collection[str] = (),
    with_inactive: bool = False,
) -> Decision:
    """Try rules on a ticket. words, tags: as in make_facts."""
    kind, reason = choose_department(_get_account(ticket), is_unverified=ticket.is_unverified)
    departments = list_departments(ticket.desk)
    default = next((each for each in departments if each.kind == kind), None)
    facts = trace = None
    if rules := book.list_rules(with_inactive=with_inactive):
        facts = make_facts(ticket, words=words, tags=tags)
        trace = evaluate(rules, facts)
    return Decision(book, facts, trace, default, reason, frozenset(kept))


def _get_account(ticket: Ticket) -> AccountFacts | None:
    account = ticket.account
    if account is None:
        return None
    return AccountFacts(account.name, account.status, account.plan.name if account.plan else "")


def apply_decision(change: Change, decision: Decision, *, cause: TraceCause) -> int | None:
    """Set what the rules say, all but the department, and keep the trace.

    Returns the ID of the department that the ticket belongs in. On a change of terms only that
    follows, so nothing else is set.
    """
    ticket = change.ticket
    is_wanted = cause != TraceCause.TERMS and bool(decision.trace and decision.trace.fired)
    before = get_placement(ticket, get_tag_ids(ticket) if is_wanted else ())
    after = decision.settle(before)
    if decision.trace is not None and decision.facts is not None:
        keep_trace(change, decision.book, decision.facts, decision.trace, cause=cause)
    if is_wanted and decision.trace:
        told = _set_properties(change, decision.book, before, after, cause=cause)
        tags = [decision.book.tags[tag] for tag in decision.outcome.tags]
        has_new_tags = change_tags(change, add=tags, by=SYSTEM)
        if told or has_new_tags:
            names = [rule.name for rule in decision.trace.fired]
            data = {"version": decision.book.number, "rules": names} | told
            change.record(EventKind.RULES_APPLIED, data, by=SYSTEM)
    return after.department


def _set_properties(
    change: Change, book: RuleBook, before: Placement, after: Placement, *, cause: TraceCause
) -> dict[str, Any]:
    """Set level, skills and priority; return what is new, for the event."""
    told: dict[str, Any] = {}
    if after.level != before.level:
        told["level"] = [before.level, after.level]
        change.set(level=after.level)
    if after.skills != before.skills:
        new = after.skills.items() - before.skills.items()
        told["skills"] = sorted(book.skills[int(skill)] for skill, _level in new)
        change.set(required_skills=dict(after.skills))
    if after.priority != before.priority:
        told |= _set_priority(change, book, after.priority, cause=cause)
    return told


def _set_priority(
    change: Change, book: RuleBook, priority_id: int, *, cause: TraceCause
) -> dict[str, Any]:
    old, new = change.ticket.priority, book.priorities[priority_id]
    names = [old.name, new.name]
    change.set(priority=new)
    uncovered = update_coverage(change)
    if cause == TraceCause.OPENED:  # its clocks have not started yet
        return {"priority": names} | uncovered
    change.record(EventKind.PRIORITY_CHANGED, {"priority": names} | uncovered, by=SYSTEM)
    return {"priority": names}


def keep_trace(
    change: Change, book: RuleBook, facts: RequestFacts, trace: Trace, *, cause: TraceCause
) -> None:
    """Add the trace to the rows that the change writes."""
    ticket = change.ticket
    given = {
        "trace_desk": ticket.desk_id,
        "trace_ticket": ticket.pk,
        "trace_version": book.version_id,
        "trace_at": change.at,
        "trace_cause": cause.value,
        "trace_facts": json.dumps(describe_facts(ticket, facts)),
        "trace_tried": json.dumps(
            [[each.rule.id, each.applies, list(map(int, each.checks))] for each in trace.tried]
        ),
        "trace_effects": json.dumps(_list_effects(trace)),
    }
    change.write(Write(WRITE, given))


def _list_effects(trace: Trace) -> list[dict[str, Any]]:
    """Return the actions of the rules that apply, each with the reason if it has no effect."""
    refused = {(each.rule.id, each.action): each.reason for each in trace.refused}
    return [
        {
            "rule": rule.id,
            "kind": action.kind,
            "target": action.target,
            "refused": refused.get((rule.id, action), ""),
        }
        for rule in trace.fired
        for action in rule.actions
    ]
