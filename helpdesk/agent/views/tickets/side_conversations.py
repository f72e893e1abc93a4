"""Side conversations of a ticket: email with third parties that its customers never see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_intake.outgoing.side_mail import send_failed_again
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import redirect_to_ticket, see_other
from helpdesk.agent.sending import submit_agent_form_once
from helpdesk.agent.side.cards import describe_messages, describe_people
from helpdesk.agent.side.finding import get_side
from helpdesk.agent.side.forms import MessageForm, StartForm
from helpdesk.agent.ticket_page.ticket_queries import get_ticket_for_change
from helpdesk.agent.views.form_pages import run_ticket_form
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.entries import get_author_name
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.wording.times import format_full_datetime
from tickets.errors import ConflictError, NewerMessageError, ServiceError
from tickets.models import Attachment, Message, SideConversation, SideState, Ticket
from tickets.side_conversations.writing import (
    finish_side,
    get_suggested_subject,
    start_side,
    write_side,
)

PAGE = "agent/side/page.html"
MAX_QUOTED = 20  # messages that are forwarded together
MAX_QUOTED_CHARS = 20_000  # of each; the rest is left out with a visible mark


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def start(request: AgentRequest, number: int) -> HttpResponse:
    """Ask whom to write and what. message: ids of public messages to quote, with their files."""
    ticket = get_ticket_for_change(request.agent, number)
    quoted = _list_quoted(request, ticket)
    offered = Attachment.objects.filter(message__in=quoted).exclude(file="").order_by("pk")
    form = StartForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        desk=request.desk,
        offered=offered,
        initial={"subject": get_suggested_subject(ticket), "body": _quote(quoted)},
    )
    return run_ticket_form(
        request,
        ticket,
        form,
        lambda: _start(request, ticket, form, at=timezone.now()),
        title=_("New side conversation"),
        button=_("Send email"),
    )


def _start(request: AgentRequest, ticket: Ticket, form: StartForm, *, at: datetime) -> str:
    cleaned = form.cleaned_data
    try:
        files = form.read_files()
    except OSError as error:
        text = _("A file can't be read at the moment. Leave it out, or try again later.")
        raise ConflictError(text) from error
    given: dict[str, Any] = {name: cleaned[name] for name in ("subject", "emails")}

    def work() -> Ticket:
        side = start_side(
            ticket_id=ticket.pk,
            agent=request.agent,
            text=cleaned["body"],
            files=files,
            at=at,
            **given,
        )
        return side.ticket

    submit_agent_form_once(request, form, work, at=at)
    return _("Side conversation started. Replies show up on the ticket, for agents only.")


def _list_quoted(request: AgentRequest, ticket: Ticket) -> list[Message]:
    """Return the public messages of the ticket to quote, oldest first."""
    asked = [parse_number(text) for text in request.GET.getlist("message")[:MAX_QUOTED]]
    ids = [number for number in asked if number is not None]
    messages = Message.objects.filter(ticket=ticket, pk__in=ids)
    return list(messages.select_related("contact", "agent").order_by("created_at", "pk"))


def _quote(messages: Sequence[Message]) -> str:
    """Return the messages as quotes below an empty line for the agent's own words."""
    parts = []
    for message in messages:
        text, at = message.body_text, format_full_datetime(message.created_at)
        if len(text) > MAX_QUOTED_CHARS:
            text = f"{text[:MAX_QUOTED_CHARS]}\n[…]"
        heading = _("On %(time)s, %(name)s wrote:") % {
            "time": at,
            "name": get_author_name(message),
        }
        lines = "\n".join(f"> {line}" for line in text.strip().splitlines())
        parts.append(f"{heading}\n\n{lines}")
    return "\n\n" + "\n\n".join(parts) if parts else ""


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@keeps_draft
def show(request: AgentRequest, number: int, side_id: int) -> HttpResponseBase:
    """Show a side conversation to any agent who sees the ticket, and send a message."""
    if request.method == "POST":
        return _write(request, number, side_id)
    side = get_side(request, number, side_id)
    if side.ticket.number != number:  # merged since
        return see_other(reverse("agent:side", args=[side.ticket.number, side.pk]))
    return _render(request, side, MessageForm())


@write_access_required
def _write(request: AgentRequest, number: int, side_id: int) -> HttpResponse:
    side = get_side(request, number, side_id)
    return _render(request, side, MessageForm(request.POST, request.FILES))


def _render(request: AgentRequest, side: SideConversation, form: MessageForm) -> HttpResponse:
    number = side.ticket.number
    ticket = get_ticket_for_change(request.agent, number)
    messages = describe_messages(side, ticket, request.agent)
    newest = get_newest(side)
    form.fields["last_seen"].initial = newest

    def change() -> str:
        at, cleaned = timezone.now(), form.cleaned_data
        try:
            submit_agent_form_once(
                request, form, lambda: send_message(request, side, cleaned, at), at=at
            )
        except NewerMessageError:
            # The page shows it now; sending the message again is deliberate.
            form.data = {**request.POST.dict(), "last_seen": str(newest)}
            raise
        return _("Message sent.")

    more = {
        "side": side,
        "people": describe_people(side),
        "people_url": reverse("agent:side_people", args=[number, side.pk]),
        "messages_of_side": messages,
        "can_write": request.agent.can_write,
        "is_done": side.state == SideState.DONE,
        "done_url": reverse("agent:side_done", args=[number, side.pk]),
    }
    return run_ticket_form(
        request,
        ticket,
        form,
        change,
        title=side.subject,
        button=_("Send email"),
        template=PAGE,
        more=more,
        after=lambda: see_other(reverse("agent:side", args=[number, side.pk])),
    )


def get_newest(side: SideConversation) -> int | None:
    """Return the ID of the newest message, which a page has shown."""
    return side.messages.order_by("-pk").values_list("pk", flat=True).first()


def send_message(
    request: AgentRequest, side: SideConversation, cleaned: dict[str, Any], at: datetime
) -> Ticket:
    """Send the message of a valid MessageForm. Return the ticket."""
    write_side(
        side_id=side.pk,
        agent=request.agent,
        text=cleaned["body"],
        files=cleaned["files"],
        last_seen=cleaned["last_seen"],
        at=at,
    )
    return side.ticket


@agent_action
def finish(request: AgentRequest, number: int, side_id: int) -> HttpResponse:
    """Mark a side conversation as done."""
    side = get_side(request, number, side_id)
    finish_side(side_id=side.pk, agent=request.agent, at=timezone.now())
    number = side.ticket.number
    return redirect_to_ticket(request, number, success=_("Side conversation marked as done."))


@agent_action
def send_again(
    request: AgentRequest, number: int, side_id: int, side_message_id: int
) -> HttpResponse:
    """Send the emails of a message that could not be delivered again."""
    side = get_side(request, number, side_id)
    number = side.ticket.number
    message = side.messages.filter(pk=side_message_id).first()
    if message is None:
        raise Http404
    try:
        send_failed_again(message=message, agent=request.agent, at=timezone.now())
    except ServiceError as error:
        return redirect_to_ticket(request, number, error=error)
    return redirect_to_ticket(request, number, success=_("The email is being sent again."))
