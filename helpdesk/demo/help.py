"""Engineering groups of a demo desk, questions to them, attention, and an escalated account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
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
    HelpRequest,
    HelpState,
    State,
    Ticket,
)

Action = Callable[[datetime], None]

CADENCE_HOURS = 24


def create_groups(cast: Cast, data: dict[str, Any]) -> None:
    """Create the engineering groups with their members."""
    agents = {agent.name: agent for agent in cast.agents}
    for one in data["group"]:
        _create_group(cast, one, agents)


def plan_questions(
    cast: Cast, data: dict[str, Any], *, now: datetime
) -> list[tuple[datetime, Action]]:
    """Return when the groups are asked, and when they answer."""
    agents = {agent.name: agent for agent in cast.agents}
    steps: list[tuple[datetime, Action]] = []
    for one in data["question"]:
        asked: list[HelpRequest] = []
        ago = timedelta(minutes=one["minutes_ago"])
        steps.append((now - ago, partial(_ask, one, asked)))
        if "answer" in one:
            steps.append((now - ago / 2, partial(_answer, one, agents[one["by"]], asked)))
    return steps


def create_attention(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Ask for attention on a ticket, and escalate an account."""
    agents = {agent.name: agent for agent in cast.agents}
    _ask_for_attention(cast, data["attention"], agents, now=now)
    _escalate(data["escalation"], agents, now=now)


def _create_group(cast: Cast, data: dict[str, Any], agents: dict[str, Agent]) -> EngineeringGroup:
    fields = {key: value for key, value in data.items() if key != "members"}
    group = EngineeringGroup.objects.create(desk=cast.parts.desk, **fields)
    GroupMember.objects.bulk_create(
        GroupMember(desk=group.desk, group=group, agent=agents[name]) for name in data["members"]
    )
    return group


def _ask(data: dict[str, Any], asked: list[HelpRequest], at: datetime) -> None:
    """Ask about the newest ticket that is investigated and that nobody was asked about."""
    free = Ticket.objects.filter(
        status=State.INVESTIGATING,
        updated_at__lt=at,
        assignee__isnull=False,
        help_requests__isnull=True,
    )
    ticket = free.select_related("assignee").order_by("-updated_at").first()
    if ticket is None or ticket.assignee is None:
        return
    group = EngineeringGroup.objects.get(name=data["group"])
    asked.append(
        ask_group(
            ticket_id=ticket.pk,
            group=group,
            agent=ticket.assignee,
            question=data["question"],
            at=at,
        )
    )


def _answer(data: dict[str, Any], agent: Agent, asked: list[HelpRequest], at: datetime) -> None:
    outcome = Outcome(HelpState(data["outcome"]), text=data["answer"], url=data.get("url", ""))
    for one in asked:
        answer_request(help_id=one.pk, agent=agent, outcome=outcome, at=at)


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
