"""The response times promised for a request, each clock explained in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.portal.layout import render_page
from helpdesk.portal.permissions import ContactRequest, require_contact_or_404
from helpdesk.portal.views.tickets import get_ticket
from helpdesk.shared.components import Component
from helpdesk.shared.run_picture import RunPicture, draw_run
from helpdesk.shared.wording.explanations import RunTable, describe_run, explain_in_a_sentence
from sla.explaining.history import UnreadableEntryError
from sla.explaining.selectors import explain_run, list_promised_clocks, list_runs
from sla.models import Clock, ClockKind


@dataclass(frozen=True, slots=True)
class PromisedClock(Component):
    """A promised clock as customers see it: without names of policies, agents or reasons."""

    kind: str
    name: str
    sentence: str
    picture: RunPicture | None
    run: RunTable


@require_safe
@require_contact_or_404
def show_clocks(request: ContactRequest, number: int) -> HttpResponse:
    """Explain the response times that were promised for a request. Never internal clocks."""
    ticket, now = get_ticket(request, number), timezone.now()
    found = (_describe_clock(clock, now) for clock in list_promised_clocks(ticket))
    context = {
        "number": ticket.reference,
        "back_url": reverse("portal:ticket", args=[number]),
        "clocks": [clock for clock in found if clock is not None],
    }
    return render_page(request, "portal/clocks.html", context)


def _describe_clock(clock: Clock, now: datetime) -> PromisedClock | None:
    kind = ClockKind(clock.kind)
    try:
        runs = list_runs(clock, now)
        explanation = explain_run(runs, len(runs) - 1, now)
    except (UnreadableEntryError, IndexError):
        return None
    sentence = explain_in_a_sentence(explanation, kind, for_customer=True)
    return PromisedClock(
        kind=kind.value,
        name=str(kind.label),
        sentence=sentence,
        picture=draw_run(explanation, label=sentence, for_customer=True),
        run=describe_run(explanation, kind, for_customer=True),
    )
