"""Access checks: the only way to get a request for attention or an escalation for a person."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Account, Agent, Role
from tickets.models import AccountEscalation, AttentionRequest
from tickets.rules.visibility import TicketVisibility

DECIDING_ROLES = frozenset({Role.LEAD, Role.ADMIN})
# Executives read along as observers; leads and admins ask for those who can't sign in.
ASKING_ROLES = frozenset({Role.OBSERVER, *DECIDING_ROLES})
RELATED = ("ticket__desk", "account", "asked_by", "decided_by")


def list_attention_for_agent(agent: Agent) -> QuerySet[AttentionRequest]:
    """Return the requests for attention that an agent may see; one is as visible as its ticket."""
    found = AttentionRequest.objects.filter(desk_id=agent.desk_id).select_related(*RELATED)
    visibility = TicketVisibility.for_agent(agent)
    if not visibility.is_restricted:
        return found
    return found.filter(Q(ticket__isnull=True) | visibility.as_q("ticket__"))


def get_attention_for_agent(agent: Agent, attention_id: int) -> AttentionRequest:
    """Return a request that an agent may see. Raises AttentionRequest.DoesNotExist."""
    return list_attention_for_agent(agent).get(pk=attention_id)


def can_ask(agent: Agent, account: Account | None) -> bool:
    """Return True if an agent may ask for attention.

    These are the account's own managers, observers (such as executives), leads and admins.
    """
    if not agent.is_active:
        return False
    if agent.role in ASKING_ROLES:
        return True
    managers = (account.account_manager_id, account.success_manager_id) if account else ()
    return agent.pk in managers


def can_decide(agent: Agent) -> bool:
    """Return True if an agent may accept or decline requests, and escalate accounts."""
    return agent.is_active and agent.role in DECIDING_ROLES


def list_escalations(agent: Agent) -> QuerySet[AccountEscalation]:
    """Return the escalated accounts of an agent's desk, the next update first."""
    running = AccountEscalation.objects.filter(desk_id=agent.desk_id, ended_at__isnull=True)
    return running.select_related("account", "lead").order_by("next_update_at", "pk")


def find_escalation(account: Account) -> AccountEscalation | None:
    """Return the running escalation of an account with its lead, or None."""
    running = AccountEscalation.objects.filter(account=account, ended_at__isnull=True)
    return running.select_related("account", "lead", "started_by").first()
