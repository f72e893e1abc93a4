"""Engineering groups of a demo desk, questions to them, attention, and an escalated account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.models import Account, Agent
from helpdesk.demo.people import Cast
from tickets.attention.asking import ask_attention
from tickets.attention.escalating import EscalationPlan, add_update, escalate_account
from tickets.help_requests.answering import Outcome, answer_request
from tickets.help_requests.asking import ask_group
from tickets.models import (
    OPEN_STATES,
    EngineeringGroup,
    GroupMember,
    HelpState,
    State,
    Ticket,
)

CADENCE_HOURS = 24


def create_help(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Create the groups with their members, and what was asked about the tickets of last month."""
    agents = {agent.name: agent for agent in cast.agents}
    groups = {one["name"]: _create_group(cast, one, agents) for one in data["group"]}
    for one in data["question"]:
        _ask(groups[one["group"]], one, agents, now=now)
    _ask_for_attention(cast, data["attention"], agents, now=now)
    _escalate(data["escalation"], agents, now=now)


def _create_group(cast: Cast, data: dict[str, Any], agents: dict[str, Agent]) -> EngineeringGroup:
    fields = {key: value for key, value in data.items() if key != "members"}
    group = EngineeringGroup.objects.create(desk=cast.parts.desk, **fields)
    GroupMember.objects.bulk_create(
        GroupMember(desk=group.desk, group=group, agent=agents[name]) for name in data["members"]
    )
    return group


def _ask(
    group: EngineeringGroup, data: dict[str, Any], agents: dict[str, Agent], *, now: datetime
) -> None:
    """Ask about the newest ticket that is investigated and that nobody was asked about."""
    at = now - timedelta(minutes=data["minutes_ago"])
    free = Ticket.objects.filter(
        status=State.INVESTIGATING,
        updated_at__lt=at,
        assignee__isnull=False,
        help_requests__isnull=True,
    )
    ticket = free.select_related("assignee").order_by("-updated_at").first()
    if ticket is None or ticket.assignee is None:
        return
    asked = ask_group(
        ticket_id=ticket.pk, group=group, agent=ticket.assignee, question=data["question"], at=at
    )
    if "answer" in data:
        outcome = Outcome(HelpState(data["outcome"]), text=data["answer"], url=data.get("url", ""))
        answer_request(help_id=asked.pk, agent=agents[data["by"]], outcome=outcome, at=now)


def _ask_for_attention(
    cast: Cast, data: dict[str, Any], agents: dict[str, Agent], *, now: datetime
) -> None:
    """Ask about an open ticket of an account of the manager who asks."""
    manager = agents[data["by"]]
    mine = Q(account__account_manager=manager) | Q(account__success_manager=manager)
    open_tickets = Ticket.objects.filter(mine, status__in=OPEN_STATES, updated_at__lt=now)
    ticket = open_tickets.order_by("-updated_at").first()
    if ticket is not None:
        leads = [agent.pk for agent in cast.agents if agent.role == "lead"]
        given = {"why": data["why"], "urgency": data["urgency"], "leads": leads}
        ask_attention(agent=manager, ticket_id=ticket.pk, at=now, **given)


def _escalate(data: dict[str, Any], agents: dict[str, Agent], *, now: datetime) -> None:
    """Escalate the account with the most open tickets."""
    are_open = Count("tickets", filter=Q(tickets__status__in=OPEN_STATES))
    ranked = Account.objects.annotate(open_tickets=are_open).order_by("-open_tickets", "name")
    account, lead = ranked.first(), agents[data["lead"]]
    if account is None:
        return
    plan = EscalationPlan(lead, data["exit_criteria"], CADENCE_HOURS)
    escalation = escalate_account(account=account, plan=plan, why=data["why"], agent=lead, at=now)
    add_update(escalation_id=escalation.pk, agent=lead, text=data["update"], at=now)
