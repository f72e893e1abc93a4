"""The ends of a request for help: an answer, changed documentation, or a defect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.defects.creating import create_defect
from tickets.defects.linking import link_ticket
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.help_requests.access import can_answer
from tickets.help_requests.asking import end_request, lock_request
from tickets.models import Defect, HelpRequest, HelpState, Note
from tickets.search.documents import add_to_search
from tickets.services.common import require_writer

OUTCOMES = (HelpState.ANSWERED, HelpState.DOCUMENTED, HelpState.DEFECT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ends.

    url: of the changed documentation. defect: the one that is linked; new_defect: the fields of one
    that is created, instead.
    """

    state: HelpState
    text: str = ""
    url: str = ""
    defect: Defect | None = None
    new_defect: Mapping[str, Any] | None = None


def answer_request(*, help_id: int, agent: Agent, outcome: Outcome, at: datetime) -> HelpRequest:
    """End a request. What was written becomes an internal note on the ticket, which stays open.

    A defect is created or linked in the same transaction. Raises NotAllowedError,
    InvalidValueError, HelpRequest.DoesNotExist, and ConflictError if it has ended already.
    """
    by = Actor.of(agent)
    require_writer(by)
    _require_complete(outcome)
    with transaction.atomic():
        _change, asked = lock_request(help_id, by=by, at=at)
        _require_member(agent, asked)
        defect = _link_defect(asked, outcome, agent=agent, at=at)
        change = Change.open(asked.ticket_id, by=by, at=at, new=Note)  # as the link left it
        note = _add_note(change, agent, outcome)
        asked.answer, asked.url = outcome.text.strip(), outcome.url
        asked.defect = defect or asked.defect
        end_request(asked, outcome.state, agent=agent, at=at)
        change.touch()
        change.record(
            EventKind.HELP_ENDED,
            {
                "help_request": asked.pk,
                "group": asked.group.name,
                "outcome": outcome.state.value,
                "note": note.pk if note else None,
                "key": defect.key if defect else "",
                "url": outcome.url,
            },
        )
        change.save()
    return asked


def _require_complete(outcome: Outcome) -> None:
    if outcome.state not in OUTCOMES:
        raise InvalidValueError("outcome", _("Choose how the request ends."))
    if outcome.state == HelpState.ANSWERED and not outcome.text.strip():
        raise InvalidValueError("text", _("Write an answer first."))
    if outcome.state == HelpState.DOCUMENTED and not outcome.url:
        raise InvalidValueError("url", _("Enter the link of the changed documentation."))
    if outcome.state == HelpState.DEFECT and not (outcome.defect or outcome.new_defect):
        raise InvalidValueError("defect", _("Enter a defect's key, or the title of a new one."))


def _require_member(agent: Agent, asked: HelpRequest) -> None:
    if not can_answer(agent, asked.group_id):
        raise NotAllowedError(
            _("Only members of %(group)s, leads and admins can answer this.")
            % {"group": asked.group}
        )


def _link_defect(
    asked: HelpRequest, outcome: Outcome, *, agent: Agent, at: datetime
) -> Defect | None:
    if outcome.state != HelpState.DEFECT:
        return None
    ticket_id = asked.ticket_id
    if outcome.defect is not None:
        return link_ticket(defect_id=outcome.defect.pk, ticket_id=ticket_id, agent=agent, at=at)
    return create_defect(
        desk=agent.desk, agent=agent, fields=outcome.new_defect or {}, at=at, ticket_id=ticket_id
    )


def _add_note(change: Change, agent: Agent, outcome: Outcome) -> Note | None:
    """Add what was written to the ticket's conversation, for its agents."""
    text = "\n\n".join(part for part in (outcome.text.strip(), outcome.url) if part)
    if not text:
        return None
    note = Note(
        id=change.reserved,
        desk_id=change.ticket.desk_id,
        ticket=change.ticket,
        agent=agent,
        body_text=text,
        created_at=change.at,
    )
    note.save(force_insert=True)
    add_to_search(change, text, [], is_note=True)
    return note
