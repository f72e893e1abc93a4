"""Made-up events, to show the text of a rule as it will look. Nothing is saved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Account, Agent, Department, Desk, Level, Plan, Product
from channels_intake.models import DEFECT_TOPICS, ChatConnection, ChatPerson, ChatRule, ChatTopic
from channels_intake.team_chat.composing import compose_message
from channels_intake.team_chat.defects import TOPICS, compose_defect_message
from tickets.models import (
    ActorKind,
    Channel,
    Defect,
    DefectEvent,
    DefectEventKind,
    Priority,
    Severity,
    Stage,
    State,
    Ticket,
    TicketEvent,
    Urgency,
)
from tickets.sentences.signals import Signal

NUMBER, DEFECT_NUMBER = 1042, 7
DUE_IN, OVERDUE_BY = timedelta(hours=2), timedelta(minutes=5)
OVERDUE = frozenset({ChatTopic.BREACHED, ChatTopic.HELP_OVERDUE})


def compose_sample(rule: ChatRule, connection: ChatConnection, *, desk: Desk, at: datetime) -> str:
    """Return the message of a rule about a made-up ticket or defect of a desk, as it is sent.

    Neither the rule nor the channel needs to be saved.
    """
    rule.connection = connection
    people = Agent.objects.filter(desk=desk, is_active=True)
    mine = {"kind": connection.kind, "server": connection.server}
    known = Exists(ChatPerson.objects.filter(**mine, agent=OuterRef("pk")))
    agent = people.order_by(known.desc(), "pk").first() or Agent(desk=desk, name="")
    if rule.topic in DEFECT_TOPICS:
        return compose_defect_message(rule, _make_defect_event(rule.topic, desk, agent, at))
    return compose_message(rule, _make_event(rule.topic, desk, agent, at))


def _make_event(topic: str, desk: Desk, agent: Agent, at: datetime) -> TicketEvent:
    plan = Plan.objects.filter(desk=desk).order_by("pk").first()
    ticket = Ticket(
        desk=desk,
        number=NUMBER,
        subject=_("Uploads fail with an error"),
        channel=Channel.PHONE,
        status=State.INVESTIGATING,
        level=Level.L1,
        priority=Priority.objects.filter(desk=desk).order_by("pk").first(),
        department=Department.objects.filter(desk=desk).order_by("pk").first(),
        account=Account(desk=desk, name="Acme Corp", plan=plan),
        assignee=agent if agent.pk else None,
        due_at=at - OVERDUE_BY if topic in OVERDUE else at + DUE_IN,
    )
    kind = ChatTopic.ASSIGNED if topic == ChatTopic.HOTLINE else topic
    return TicketEvent(
        desk=desk,
        ticket=ticket,
        kind=str(kind),
        at=at,
        actor_kind=ActorKind.AGENT,
        actor_name=agent.name,
        data=_make_data(topic, ticket, agent, at),
    )


def _make_data(topic: str, ticket: Ticket, agent: Agent, at: datetime) -> dict[str, Any]:
    """Return what events of all kinds keep; each takes its own of it."""
    priority, resumes_at = ticket.priority.name, (at + DUE_IN).isoformat()
    return {
        "status": [State.OPEN.value, State.INVESTIGATING.value],
        "level": [Level.L1.value, Level.L2.value],
        "priority": priority if topic == ChatTopic.OPENED else [priority, priority],
        "assignee": [None, agent.pk],
        "names": [agent.name] if topic == ChatTopic.LADDER else ["", agent.name],
        "due_at": ticket.due_at.isoformat(),
        "resumes_at": resumes_at,
        "ladder": ticket.priority.name,
        "step": 1,
        "steps": 3,
        "action": "channel",
        "key": f"{ticket.desk.ticket_prefix}-D{DEFECT_NUMBER}",
        "group": str(ticket.desk.word_for_level(Level.RND)),
        "urgency": Urgency.NOW.value,
        "signal": Signal.RATING_DROP.value,
        "now": "2.1",
        "normal": "4.3",
        "sender": agent.name,
        "receiver": agent.name,
    }


DEFECT_DATA: dict[str, dict[str, Any]] = {
    DefectEventKind.CREATED: {"ticket": NUMBER},
    DefectEventKind.STAGE_MOVED: {"stage": [Stage.REPORTED.value, Stage.CONFIRMED.value]},
    DefectEventKind.RELEASED: {"version": "9.1", "line": "", "url": ""},
    DefectEventKind.MAJOR: {"accounts": 5, "limit": 5},
    DefectEventKind.MERGED: {"defect": DEFECT_NUMBER - 1, "tickets": 2, "is_original": True},
}


def _make_defect_event(topic: str, desk: Desk, agent: Agent, at: datetime) -> DefectEvent:
    kind = next(kind for kind, told in TOPICS.items() if told == topic)
    defect = Defect(
        desk=desk,
        number=DEFECT_NUMBER,
        title=_("Uploads fail with an error"),
        severity=Severity.MAJOR,
        product=Product.objects.filter(desk=desk).order_by("pk").first() or Product(name="Server"),
        owner=agent if agent.pk else None,
        stage=Stage.RELEASED if kind == DefectEventKind.RELEASED else Stage.CONFIRMED,
        accounts_hit=5,
        tickets_hit=8,
    )
    return DefectEvent(
        desk=desk,
        defect=defect,
        kind=kind,
        at=at,
        actor_kind=ActorKind.AGENT,
        actor_name=agent.name,
        data=DEFECT_DATA[kind],
    )
