"""Whether the account's plan covers a ticket (M68, M72-M76): decided here, stored on the ticket.

The services decide when a ticket is opened and whenever channel, priority, product or terms change.
A ticket that isn't covered has no SLA target; sla reads what is stored here.
"""

from __future__ import annotations

from typing import Any

from accounts.customers.entitlements import (
    check_emergency,
    check_entitlement,
    is_product_covered,
)
from accounts.customers.refusals import Reason, RefusalCode, make_refusal
from accounts.models import Plan, PlanProduct
from tickets.changes import Change
from tickets.models import Ticket


def find_refusal(ticket: Ticket) -> Reason:
    """Return why the account's plan doesn't cover the ticket, or {} if it does.

    An unverified sender has no plan, so nothing is refused them either.
    """
    if ticket.is_unverified:
        return {}
    plan = ticket.account.plan if ticket.account else None
    is_covered = plan is None or ticket.product_id is None or _covers(plan, ticket.product_id)
    return check_entitlement(
        plan,
        ticket.channel,
        ticket.priority.rank,
        product="" if is_covered or ticket.product is None else ticket.product.name,
        covers_product=is_covered,
    )


def find_emergency_refusal(ticket: Ticket) -> Reason:
    """Return why the plan includes no emergency on this ticket, or {} if it does."""
    plan = ticket.account.plan if ticket.account and not ticket.is_unverified else None
    is_covered = plan is None or ticket.product_id is None or _covers(plan, ticket.product_id)
    product = "" if is_covered or ticket.product is None else ticket.product.name
    refusal = check_emergency(plan, product=product, covers_product=is_covered)
    if not refusal and not ticket.priority.allows_emergencies:
        name = ticket.priority.name
        return make_refusal(RefusalCode.TOO_LOW_FOR_EMERGENCY, priority=name)
    return refusal


def update_coverage(change: Change) -> dict[str, Any]:
    """Decide again before the event of a change; return what is new, for the event's data."""
    refusal = find_refusal(change.ticket)
    if refusal == change.ticket.uncovered:
        return {}
    change.set(uncovered=refusal)
    return {"uncovered": refusal} if refusal else {}


def _covers(plan: Plan, product_id: int) -> bool:
    covered = PlanProduct.objects.filter(plan=plan).values_list("product_id", flat=True)
    return is_product_covered(set(covered), product_id)
