"""The form for a deadline that a lead sets by hand, and the links to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from helpdesk.shared.fields import FutureTimeField, LineField
from helpdesk.shared.urls import get_url
from sla.models import TARGETED, Clock
from sla.services.overrides import OVERRIDING_ROLES
from tickets.models import Ticket
from tickets.services.common import MAX_REASON


class DeadlineForm(forms.Form):
    """Form for a deadline, and its reason."""

    due_at = FutureTimeField(
        label=_("Due"),
        help_text=_(
            "It stays even if the priority or plan changes. Customers who were promised an earlier "
            "time get an email with the new one."
        ),
    )
    why = LineField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("For your colleagues; the customer doesn't see it."),
    )


def list_deadline_urls(clock: Clock, ticket: Ticket, agent: Agent) -> dict[str, Any]:
    """Return deadline_url and removal_url of a clock's page; none for those who can't use them."""
    is_running = clock.is_owed and clock.paused_at is None and clock.breached_at is None
    if agent.role not in OVERRIDING_ROLES or clock.kind not in TARGETED or not is_running:
        return {}
    found = {"deadline_url": get_url("agent:clock_deadline", ticket.number, str(clock.kind))}
    if clock.is_overridden:
        name = "agent:clock_deadline_removal"
        found["removal_url"] = get_url(name, ticket.number, str(clock.kind))
    return found
