"""Escalated accounts: a lead, exit criteria, and updates at a promised pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Agent
from tickets.actors import Actor
from tickets.attention.access import can_decide
from tickets.changes import record_many
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import (
    MAX_CADENCE_HOURS,
    AccountEscalation,
    EscalationUpdate,
    QueueRow,
)
from tickets.notifications import ESCALATION_LEAD, notify_staff


@dataclass(frozen=True, slots=True)
class EscalationPlan:
    """Lead, exit criteria and hours between updates of an escalation."""

    lead: Agent
    exit_criteria: str
    cadence_hours: int


def escalate_account(
    *, account: Account, plan: EscalationPlan, why: str, agent: Agent, at: datetime
) -> AccountEscalation:
    """Escalate an account: all its tickets show the lead, and the lead is asked for updates.

    Raises NotAllowedError, InvalidValueError, and ConflictError if it is already escalated.
    """
    _require_decider(agent)
    _require_text("why", why)
    _require_plan(plan)
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if AccountEscalation.objects.filter(account=locked, ended_at__isnull=True).exists():
            raise ConflictError(_("%(account)s is already escalated.") % {"account": account})
        escalation = AccountEscalation.objects.create(
            desk_id=account.desk_id,
            account=locked,
            why=why.strip(),
            lead=plan.lead,
            exit_criteria=plan.exit_criteria.strip(),
            cadence_hours=plan.cadence_hours,
            next_update_at=at + timedelta(hours=plan.cadence_hours),
            started_by=agent,
            started_at=at,
        )
        _record(escalation, EventKind.ACCOUNT_ESCALATED, why, agent=agent, at=at)
        _notify_lead(escalation, agent=agent, at=at)
    return escalation


def change_escalation(
    *, escalation_id: int, plan: EscalationPlan, agent: Agent, at: datetime
) -> AccountEscalation:
    """Change the lead, the exit criteria or the pace. A new lead is notified.

    Raises NotAllowedError, InvalidValueError, and ConflictError if the escalation has ended.
    """
    _require_plan(plan)
    with transaction.atomic():
        escalation = _lock(escalation_id)
        _require_responsible(agent, escalation)
        was_lead = escalation.lead_id
        if plan.cadence_hours != escalation.cadence_hours:
            escalation.next_update_at = at + timedelta(hours=plan.cadence_hours)
            escalation.reminded_at = None
        escalation.lead, escalation.cadence_hours = plan.lead, plan.cadence_hours
        escalation.exit_criteria = plan.exit_criteria.strip()
        escalation.save(
            update_fields=[
                "lead",
                "exit_criteria",
                "cadence_hours",
                "next_update_at",
                "reminded_at",
            ]
        )
        if was_lead != plan.lead.pk:
            _notify_lead(escalation, agent=agent, at=at)
    return escalation


def add_update(*, escalation_id: int, agent: Agent, text: str, at: datetime) -> EscalationUpdate:
    """Add an update for everyone who works for the account; the next one is due after the cadence.

    Raises NotAllowedError, InvalidValueError, and ConflictError if the escalation has ended.
    """
    _require_text("text", text)
    with transaction.atomic():
        escalation = _lock(escalation_id)
        _require_responsible(agent, escalation)
        update = EscalationUpdate.objects.create(
            desk_id=escalation.desk_id, escalation=escalation, agent=agent, text=text.strip(), at=at
        )
        escalation.next_update_at = at + timedelta(hours=escalation.cadence_hours)
        escalation.reminded_at = None
        escalation.save(update_fields=["next_update_at", "reminded_at"])
    return update


def end_escalation(
    *, escalation_id: int, agent: Agent, why: str, at: datetime
) -> AccountEscalation:
    """End the escalation of an account, with a reason.

    Raises NotAllowedError, InvalidValueError, and ConflictError if it has ended already.
    """
    _require_text("why", why)
    with transaction.atomic():
        escalation = _lock(escalation_id)
        _require_responsible(agent, escalation)
        escalation.ended_at, escalation.ended_by, escalation.end_reason = at, agent, why.strip()
        escalation.save(update_fields=["ended_at", "ended_by", "end_reason"])
        _record(escalation, EventKind.ACCOUNT_ESCALATION_ENDED, why, agent=agent, at=at)
    return escalation


def _lock(escalation_id: int) -> AccountEscalation:
    locked = AccountEscalation.objects.select_for_update(of=("self",), no_key=True)
    escalation = locked.select_related("account", "lead").get(pk=escalation_id)
    if escalation.ended_at is not None:
        raise ConflictError(
            _("The escalation of %(account)s has ended.") % {"account": escalation.account}
        )
    return escalation


def _record(
    escalation: AccountEscalation, kind: EventKind, why: str, *, agent: Agent, at: datetime
) -> None:
    """Record an event on each open ticket of the account, which shows it from now on."""
    open_rows = QueueRow.objects.filter(
        desk_id=escalation.desk_id, account_id=escalation.account_id, is_open=True
    )
    data = {"escalation": escalation.pk, "why": why.strip()}
    facts = [(ticket_id, data) for ticket_id in open_rows.order_by().values_list("pk", flat=True)]
    record_many(desk_id=escalation.desk_id, kind=kind, by=Actor.of(agent), at=at, facts=facts)


def _notify_lead(escalation: AccountEscalation, *, agent: Agent, at: datetime) -> None:
    if escalation.lead_id == agent.pk:
        return
    notify_staff(
        desk_id=escalation.desk_id,
        agents=[escalation.lead_id],
        kind=ESCALATION_LEAD,
        data={"agent": agent.name, "account": escalation.account.name},
        key=f"{ESCALATION_LEAD}:{escalation.pk}:{at.isoformat()}",
        at=at,
    )


def _require_decider(agent: Agent) -> None:
    if not can_decide(agent):
        raise NotAllowedError(_("Only leads and admins can escalate an account."))


def _require_responsible(agent: Agent, escalation: AccountEscalation) -> None:
    if not (can_decide(agent) or (agent.can_write and agent.pk == escalation.lead_id)):
        raise NotAllowedError(
            _("Only %(lead)s, leads and admins can change this escalation.")
            % {"lead": escalation.lead}
        )


def _require_text(field: str, text: str) -> None:
    if not text.strip():
        raise InvalidValueError(field, _("This field can't be empty."))


def _require_plan(plan: EscalationPlan) -> None:
    _require_text("exit_criteria", plan.exit_criteria)
    if not plan.lead.can_write:
        raise InvalidValueError(
            "lead", _("%(name)s can't work on tickets. Choose another lead.") % {"name": plan.lead}
        )
    if not 1 <= plan.cadence_hours <= MAX_CADENCE_HOURS:
        raise InvalidValueError(
            "cadence_hours",
            _("Enter a number of hours from 1 to %(limit)s.") % {"limit": MAX_CADENCE_HOURS},
        )
