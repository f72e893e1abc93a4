"""The reply of a macro, put into the composer: that is the draft of the ticket's composer."""

from __future__ import annotations

from datetime import datetime

from helpdesk.agent.permissions import AgentRequest
from helpdesk.shared.drafts import to_place
from helpdesk.shared.urls import get_url
from tickets.macros.applying import Prepared
from tickets.models import State, Ticket
from tickets.services.drafts import get_draft, save_draft


def put_into_composer(
    request: AgentRequest, ticket: Ticket, prepared: Prepared, *, at: datetime
) -> None:
    """Add a macro's reply to what the agent has typed. A begun note stays a note.

    Raises DraftTooLongError and TooManyDraftsError.
    """
    place = to_place(get_url("agent:answers", ticket.number))
    draft = get_draft(desk=request.desk, user=request.agent.user, place=place)
    fields = dict(draft.fields) if draft else {}
    begun = (fields.get("body") or [""])[-1].rstrip()
    fields["body"] = [f"{begun}\n\n{prepared.text}" if begun else prepared.text]
    if not begun or "kind" not in fields:
        fields["kind"] = ["reply"]
    if prepared.next_status and fields["kind"] == ["reply"]:
        fields["next"] = [_choose_next(ticket, prepared.next_status)]
    save_draft(desk=request.desk, user=request.agent.user, place=place, fields=fields, at=at)


def _choose_next(ticket: Ticket, status: str) -> str:
    """Return the value of the composer's field for a status: "" keeps that of the ticket."""
    keeps = status == ticket.status == State.INVESTIGATING or ticket.status == State.CLOSED
    return "" if keeps else status
