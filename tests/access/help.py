"""A question to an engineering group, a request for attention, and an escalated account."""

from __future__ import annotations

from typing import Any

from tests.cast import NOON, Cast
from tickets.attention.asking import ask_attention
from tickets.attention.escalating import EscalationPlan, add_update, escalate_account
from tickets.help_requests.asking import ask_group
from tickets.models import EngineeringGroup, GroupMember, Ticket


def create_help(cast: Cast, ticket: Ticket, *, words: str) -> dict[str, Any]:
    """Create a row of a desk in each table of help and attention. Return their IDs for routes."""
    group = EngineeringGroup.objects.create(desk=cast.desk, name="Server team")
    for agent in (cast.analyst, cast.colleague, cast.lead):
        GroupMember.objects.create(desk=cast.desk, group=group, agent=agent)
    secret = f"Hush secret{words}"
    asked = ask_group(
        ticket_id=ticket.pk, group=group, agent=cast.analyst, question=secret, at=NOON
    )
    attention = ask_attention(
        agent=cast.admin, why=secret, urgency="now", leads=[], at=NOON, ticket_id=ticket.pk
    )
    escalation = escalate_account(
        account=cast.account,
        plan=EscalationPlan(lead=cast.lead, exit_criteria=secret, cadence_hours=24),
        why=secret,
        agent=cast.admin,
        at=NOON,
    )
    add_update(escalation_id=escalation.pk, agent=cast.lead, text=secret, at=NOON)
    return {
        "help_id": asked.pk,
        "attention_id": attention.pk,
        "group_id": group.pk,
        "stage": "confirmed",
    }
