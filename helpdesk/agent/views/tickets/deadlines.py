"""Deadlines of clocks that leads set by hand."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change
from helpdesk.agent.ticket_page.clocks.deadlines import DeadlineForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.wording.times import format_datetime
from sla.models import TARGETED, ClockKind
from sla.services.overrides import OVERRIDING_ROLES, override_deadline, remove_override
from tickets.actors import Actor
from tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def change_deadline(request: AgentRequest, number: int, clock_kind: str) -> HttpResponse:
    """Ask for the deadline and the reason, then set it."""
    ticket, kind = _get(request, number, clock_kind)
    form = DeadlineForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        due_at, by = form.cleaned_data["due_at"], Actor.of(request.agent)
        given = {"ticket_id": ticket.pk, "kind": kind, "due_at": due_at, "by": by}
        override_deadline(**given, at=timezone.now(), why=form.cleaned_data["why"])
        named = {"clock": kind.label, "time": format_datetime(due_at)}
        return _("%(clock)s is now due %(time)s.") % named

    title, button = _("Change deadline"), _("Save deadline")
    return run_ticket_form(request, ticket, form, change, title=title, button=button)


@agent_action
def remove_deadline(request: AgentRequest, number: int, clock_kind: str) -> HttpResponse:
    """Remove the deadline set by hand; the clock's target counts again."""
    ticket, kind = _get(request, number, clock_kind)
    by, at = Actor.of(request.agent), timezone.now()
    return apply_change(
        request,
        number,
        lambda: remove_override(ticket_id=ticket.pk, kind=kind, by=by, at=at),
        success=_("Deadline removed. The SLA target applies again."),
    )


def _get(request: AgentRequest, number: int, clock_kind: str) -> tuple[Ticket, ClockKind]:
    """Return the ticket and the kind of clock. Raises Http404, PermissionDenied for analysts."""
    ticket = get_ticket_for_change(request.agent, number)
    if clock_kind not in TARGETED:
        raise Http404
    if request.agent.role not in OVERRIDING_ROLES:
        raise PermissionDenied(_("Only leads and admins can change a deadline."))
    return ticket, ClockKind(clock_kind)
