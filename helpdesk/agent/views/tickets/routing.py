"""Explanation of a ticket's department: the routing rules that were tried, and what they saw."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.agent.components.routing import RuleCard, RuleCheck, RuleEffect, TraceCard
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.ticket_page.ticket_queries import get_ticket
from helpdesk.shared.components import Link
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_datetime, format_title, to_iso
from routing.rules.explaining import ExplainedRule, ExplainedTrace, Result, list_traces
from tickets.sentences.reasons import describe_reason

# The words for a rule's result, and their color.
RESULTS: dict[str, tuple[str | Promise, str]] = {
    Result.APPLIES: (gettext_lazy("Applies"), "green"),
    Result.FAILS: (gettext_lazy("Doesn't apply"), ""),
    Result.NOT_TRIED: (gettext_lazy("Not tried"), ""),
    Result.INACTIVE: (gettext_lazy("Inactive"), ""),
}


@agent_page
def show_routing(request: AgentRequest, number: int) -> HttpResponse:
    """Show the rules that were tried on a ticket, each with the result of its conditions."""
    ticket = get_ticket(request.agent, number)
    context = {
        **build_shell(request),
        "ticket": Link(get_url("agent:ticket", number), ticket.reference),
        "reasons": [describe_reason(reason, ticket.desk) for reason in ticket.route_reasons],
        "traces": [_describe(trace) for trace in list_traces(ticket)],
    }
    return render(request, "agent/routing.html", context)


def _describe(trace: ExplainedTrace) -> TraceCard:
    return TraceCard(
        title=trace.cause,
        version=_("Version %(number)s of the rules") % {"number": trace.version},
        at_iso=to_iso(trace.at),
        at_text=format_datetime(trace.at),
        at_title=format_title(trace.at),
        rules=tuple(map(_describe_rule, trace.rules)),
    )


def _describe_rule(rule: ExplainedRule) -> RuleCard:
    result, tone = RESULTS[rule.result]
    return RuleCard(
        name=rule.name,
        result=str(result),
        tone=tone,
        checks=tuple(RuleCheck(c.condition, c.seen, c.holds) for c in rule.checks),
        effects=tuple(RuleEffect(e.action, e.refused) for e in rule.effects),
    )
