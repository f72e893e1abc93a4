"""Marking a ticket as spam, and blocking its sender."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_intake.incoming.blocking import block_sender
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.relations.forms import SpamForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.errors import InvalidValueError
from tickets.models import CloseReason
from tickets.services import close


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def mark_as_spam(request: AgentRequest, number: int) -> HttpResponse:
    """Ask whether to block the sender, too, then close the ticket without telling the customer."""
    ticket = get_ticket_for_change(request.agent, number)
    data = request.POST if request.method == "POST" else None
    form = SpamForm(data, agent=request.agent, ticket=ticket)

    def change() -> str:
        at, blocked = timezone.now(), form.cleaned_data.get("block", "")
        by = Actor.of(request.agent)
        close(ticket_id=ticket.pk, by=by, at=at, reason=CloseReason.SPAM)
        if not blocked:
            return _("Marked as spam. Reopen the ticket to undo this.")
        why = _("Spam: %(ticket)s") % {"ticket": ticket.reference}
        try:
            block_sender(desk=request.desk, value=blocked, agent=request.agent, at=at, why=why)
        except InvalidValueError as error:
            raise InvalidValueError("block", str(error)) from None
        return _("Marked as spam. %(sender)s is blocked.") % {"sender": blocked}

    title = _("Mark as spam")
    return run_ticket_form(request, ticket, form, change, title=title, button=title)
