"""Custom fields of a ticket: all in one form, and choices in place."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.forms import expect
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import apply_change, redirect_to_ticket
from helpdesk.agent.ticket_page.forms.fields import SEEN, TicketFieldsForm, list_editable_fields
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.errors import ConflictError, ServiceError
from tickets.fields.definitions import list_fields
from tickets.fields.setting import set_field_values
from tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def edit_fields(request: AgentRequest, number: int) -> HttpResponse:
    """Ask for the values of a ticket's fields, then set those that changed."""
    ticket = get_ticket_for_change(request.agent, number)
    if not list_editable_fields(list_fields(request.desk), ticket):
        text = _("This ticket has no custom fields. An admin can add them in the settings.")
        return redirect_to_ticket(request, number, error=ServiceError(text))
    form = TicketFieldsForm(request.POST if request.method == "POST" else None, ticket=ticket)
    form.offer_version(request.GET.get("version", ""))

    def change() -> str:
        try:
            set_field_values(
                ticket_id=ticket.pk,
                values=form.get_values(),
                by=Actor.of(request.agent),
                at=timezone.now(),
                expected=form.get_seen(),
            )
        except ConflictError:
            _show_present(form, ticket)
            raise
        return _("Fields saved.")

    title, button = _("Edit fields"), _("Save fields")
    return run_ticket_form(request, ticket, form, change, title=title, button=button)


def _show_present(form: TicketFieldsForm, ticket: Ticket) -> None:
    """Let the form expect the values that are there now, so that a second try wins."""
    present = Ticket.objects.values_list("fields", flat=True).get(pk=ticket.pk)
    expect(form, {SEEN + one.key: str(present.get(one.key, "")) for one in form.own})


@agent_action
def set_field(request: AgentRequest, number: int, field_id: int) -> HttpResponse:
    """Set the field to the choice that was posted under its name."""
    ticket = get_ticket_for_change(request.agent, number)
    field = next((one for one in list_fields(request.desk) if one.pk == field_id), None)
    if field is None:
        raise Http404
    expected = request.POST.get("expected")
    return apply_change(
        request,
        number,
        lambda: set_field_values(
            ticket_id=ticket.pk,
            values={field.key: request.POST.get(f"field-{field.pk}", "")},
            by=Actor.of(request.agent),
            at=timezone.now(),
            expected=None if expected is None else {field.key: expected},
        ),
        success=_("%(field)s changed.") % {"field": field.label},
    )
