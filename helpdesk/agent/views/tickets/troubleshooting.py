"""The troubleshooting record of a ticket, with its earlier versions (M60-M63)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.levels.cards import describe_versions
from helpdesk.agent.levels.forms import RecordForm
from helpdesk.agent.permissions import AgentRequest, agent_required, require_write_access
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.services import save_record
from tickets.services.record_suggestions import suggest_record
from tickets.services.troubleshooting import find_record, list_versions


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@keeps_draft
def edit_record(request: AgentRequest, number: int) -> HttpResponse:
    """Show the record and its versions; agents who may write change it."""
    ticket = get_ticket_for_change(request.agent, number)
    if request.method == "POST":
        require_write_access(request)
    entered = request.POST if request.method == "POST" else None
    record = find_record(ticket.pk)
    form = RecordForm(entered, record=record, suggested=suggest_record(ticket, record))

    def change() -> str:
        save_record(
            ticket_id=ticket.pk,
            agent=request.agent,
            fields=form.get_record(),
            at=timezone.now(),
            expected=form.cleaned_data["record_version"],
        )
        return _("Troubleshooting record saved.")

    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=_("Troubleshooting record"),
        button=_("Save record"),
        template="agent/record_form.html",
        more={
            "versions": describe_versions(list_versions(ticket.pk)),
            "is_read_only": not request.agent.can_write,
        },
    )
