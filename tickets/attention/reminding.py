"""Reminders to leads whose escalated account is due an update. Run by a sweep."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Agent
from tickets.attention.access import DECIDING_ROLES
from tickets.models import AccountEscalation, SweepKind
from tickets.notifications import ESCALATION_DUE, notify_staff
from tickets.sweeping import Sweep

BATCH = 100


def list_due_escalations(at: datetime) -> QuerySet[AccountEscalation]:
    """Return escalations whose lead must be reminded of an update."""
    return AccountEscalation.objects.filter(
        ended_at__isnull=True, reminded_at__isnull=True, next_update_at__lte=at
    )


def remind_of_updates(*, desk_id: int, at: datetime) -> int:
    """Remind the leads of up to BATCH escalations of a desk. Return how many."""
    due = list_due_escalations(at).filter(desk_id=desk_id).order_by("next_update_at", "pk")
    sweep = Sweep(SweepKind.ESCALATIONS, due, desk_id=desk_id, at=at)
    return sweep.run_each(lambda escalation_id: _remind(escalation_id, at=at), batch=BATCH)


def _remind(escalation_id: int, *, at: datetime) -> int:
    """Remind a lead, or all leads and admins if the lead has left."""
    with transaction.atomic():
        due = list_due_escalations(at).filter(pk=escalation_id).select_related("account", "lead")
        escalation = due.select_for_update(of=("self",), no_key=True).first()
        if escalation is None:  # updated, or reminded of by another worker
            return 0
        notify_staff(
            desk_id=escalation.desk_id,
            agents=_list_responsible(escalation),
            kind=ESCALATION_DUE,
            data={"account": escalation.account.name},
            key=f"{ESCALATION_DUE}:{escalation.pk}:{escalation.next_update_at.isoformat()}",
            at=at,
        )
        escalation.reminded_at = at
        escalation.save(update_fields=["reminded_at"])
    return 1


def _list_responsible(escalation: AccountEscalation) -> list[int]:
    if escalation.lead.can_write:
        return [escalation.lead_id]
    deciding = Agent.objects.filter(
        desk_id=escalation.desk_id, is_active=True, role__in=DECIDING_ROLES
    )
    return list(deciding.values_list("pk", flat=True))
