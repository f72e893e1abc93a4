"""The composer: public replies and internal notes of agents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import Agent
from channels_intake.connections.outgoing.resending import send_again, send_by_email
from channels_intake.outgoing.resending import send_mails_again
from helpdesk.agent.lists.walking import build_list_url, build_ticket_url, get_next_number
from helpdesk.agent.permissions import AgentRequest, agent_action
from helpdesk.agent.redirects import apply_change, see_other
from helpdesk.agent.sending import submit_agent_form_once, was_submitted
from helpdesk.agent.ticket_page.composing.form import ComposerForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket, get_ticket_for_change
from helpdesk.agent.views.tickets.ticket import render_ticket
from helpdesk.live.viewers import set_typing
from helpdesk.shared.drafts import discard, keeps_draft, to_place
from helpdesk.shared.wording.times import format_datetime
from tickets.errors import NewerMessageError, ServiceError
from tickets.models import Message, Ticket
from tickets.notifications import mark_ticket_read
from tickets.replies.holding_back import NewReply, get_undo_time, submit_reply
from tickets.services import add_note
from tickets.services.drafts import get_draft


@agent_action
@keeps_draft
def add_entry(request: AgentRequest, number: int) -> HttpResponse:
    """Add the composer's reply or note, and redirect to the ticket (303).

    An error returns the page with the input kept: 422, or 409 if a public message arrived since the
    reply was begun. That page shows the message and asks once whether to send the reply anyway.
    A second submission of the same form gets the response of the first.
    """
    ticket = get_ticket_for_change(request.agent, number)
    form, now = _read_form(request), timezone.now()
    if not form.is_valid():
        if was_submitted(request):  # by a double click, whose first one took the draft's files
            return see_other(_find_next(request, number, form, now) or _get_ticket_url(number))
        return _show_again(request, number, form, status=422)
    send_at, next_url = _choose_time(request, form, at=now), _find_next(request, number, form, now)
    try:
        __, is_first = submit_agent_form_once(
            request, form, lambda: _add(request, ticket, form, send_at, at=now), at=now
        )
    except NewerMessageError:
        return _show_again(request, number, form, status=409)
    except ServiceError as error:
        form.add_error("body", str(error))
        return _show_again(request, number, form, status=422)
    set_typing(request.agent, number, "")
    mark_ticket_read(agent=request.agent, ticket_id=ticket.pk, at=now)
    if is_first:
        messages.success(request, _describe_success(request.agent, form, send_at, at=now))
    return see_other(next_url or _get_ticket_url(number))


@agent_action
def send_reply_again(request: AgentRequest, number: int, message_id: int) -> HttpResponse:
    """Send a reply again that failed at its channel."""
    found, at = _get_reply(request, number, message_id), timezone.now()
    return apply_change(
        request,
        number,
        lambda: send_again(found, agent=request.agent, at=at),
        success=gettext("The reply is being sent again."),
    )


@agent_action
def send_reply_by_email(request: AgentRequest, number: int, message_id: int) -> HttpResponse:
    """Email a reply that failed at its channel."""
    found, at = _get_reply(request, number, message_id), timezone.now()
    return apply_change(
        request,
        number,
        lambda: send_by_email(found, agent=request.agent, at=at),
        success=gettext("The reply is being emailed."),
    )


@agent_action
def send_email_again(request: AgentRequest, number: int, message_id: int) -> HttpResponse:
    """Send the emails of a message again that could not be delivered."""
    ticket, at = get_ticket_for_change(request.agent, number), timezone.now()
    found = get_object_or_404(Message.objects.filter(ticket=ticket), pk=message_id)
    return apply_change(
        request,
        number,
        lambda: send_mails_again(message=found, agent=request.agent, at=at),
        success=gettext("The email is being sent again."),
    )


def _get_reply(request: AgentRequest, number: int, message_id: int) -> Message:
    ticket = get_ticket_for_change(request.agent, number)
    replies = Message.objects.filter(ticket=ticket, agent__isnull=False)
    return get_object_or_404(replies.select_related("ticket__contact"), pk=message_id)


def _read_form(request: AgentRequest) -> ComposerForm:
    draft = get_draft(desk=request.desk, user=request.agent.user, place=to_place(request.path))
    files = list(draft.files.all()) if draft and "kept" in request.POST else []
    return ComposerForm(request.POST, request.FILES, draft_files=files)


def _choose_time(request: AgentRequest, form: ComposerForm, *, at: datetime) -> datetime | None:
    """Return when a reply is sent: as chosen, or after the time to undo it; None for at once."""
    undo_time = get_undo_time(request.desk)
    if _is_note(form):
        return None
    if request.agent.needs_approval:  # its approval gives the time to undo it
        return form.cleaned_data["send_at"]
    return form.cleaned_data["send_at"] or (at + undo_time if undo_time else None)


def _get_ticket_url(number: int) -> str:
    return f"{reverse('agent:ticket', args=[number])}#composer"


def _find_next(request: AgentRequest, number: int, form: ComposerForm, at: datetime) -> str:
    """Return the next ticket of the list, or the list at its end; "" to stay on the ticket."""
    query = form.cleaned_data.get("list", "")
    if not form.cleaned_data.get("go_next"):
        return ""
    following = get_next_number(query, number, request.agent, at) if query else None
    return build_ticket_url(following, query) if following else build_list_url(query)


def _describe_success(
    agent: Agent, form: ComposerForm, send_at: datetime | None, *, at: datetime
) -> str:
    if _is_note(form):
        return gettext("Note added.")
    if agent.needs_approval:
        return gettext("Your reply is waiting for approval. You'll be notified.")
    if send_at is None:
        return gettext("Reply sent.")
    if form.cleaned_data["send_at"]:
        return gettext("Reply scheduled for %(time)s.") % {"time": format_datetime(send_at)}
    seconds = round((send_at - at).total_seconds())
    text = ngettext(
        "Your reply will be sent in %(seconds)s second. You can undo it until then.",
        "Your reply will be sent in %(seconds)s seconds. You can undo it until then.",
        seconds,
    )
    return text % {"seconds": seconds}


def _add(
    request: AgentRequest,
    ticket: Ticket,
    form: ComposerForm,
    send_at: datetime | None,
    *,
    at: datetime,
) -> Ticket:
    entry = form.cleaned_data
    common = {
        "ticket_id": ticket.pk,
        "agent": request.agent,
        "text": entry["body"],
        "files": entry["files"],
        "at": at,
    }
    if _is_note(form):
        add_note(**common)
    else:
        _reply(common, form, send_at)
    discard(request, request.path)
    return ticket


def _reply(common: dict[str, Any], form: ComposerForm, send_at: datetime | None) -> None:
    entry, at = form.cleaned_data, common["at"]
    new = NewReply(
        ticket_id=common["ticket_id"],
        agent=common["agent"],
        text=common["text"],
        files=common["files"],
        then=entry["next"],
        next_update_at=entry["next_update"],
        last_seen_message=entry["last_seen"],
        via=entry["via"],
        send_at=send_at,
        is_scheduled=bool(entry["send_at"]),
    )
    submit_reply(new, at=at)


def _is_note(form: ComposerForm) -> bool:
    return form.cleaned_data["kind"] == "note"


def _show_again(
    request: AgentRequest, number: int, form: ComposerForm, *, status: int
) -> HttpResponse:
    return render_ticket(request, get_ticket(request.agent, number), form=form, status=status)
