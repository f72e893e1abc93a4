"""The three questions about a ticket that is closed: documentation, a bug, a feature (M64)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.access import tickets_for_agent
from tickets.defects.access import find_key, list_defects_for_agent
from tickets.defects.creating import create_defect, suggest_fields
from tickets.defects.linking import link_ticket
from tickets.errors import InvalidValueError
from tickets.improvements.linking import request_improvement
from tickets.models import Defect, ImprovementKind, Ticket

MAX_BUG = 200  # characters of a defect's title


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers in an agent's words; "" leaves a question out.

    bug: the key of a defect, also with its title behind it, or the title of a known or a new one.
    """

    documentation: str = ""
    bug: str = ""
    feature: str = ""


def answer_questions(*, ticket_id: int, agent: Agent, answers: Answers, at: datetime) -> None:
    """Put a ticket on the lists that the answers name, once each.

    Raises NotAllowedError, InvalidValueError with the name of the question, and ConflictError.
    """
    asked = {
        ImprovementKind.DOCUMENTATION: answers.documentation,
        ImprovementKind.FEATURE: answers.feature,
    }
    with transaction.atomic():
        _lock_ticket(ticket_id)
        for kind, title in asked.items():
            if title.strip():
                request_improvement(ticket_id=ticket_id, kind=kind, title=title, agent=agent, at=at)
        if answers.bug.strip():
            _report_bug(ticket_id, " ".join(answers.bug.split()), agent, at)


def _lock_ticket(ticket_id: int) -> None:
    """Let a double click wait, so that it finds the defect that the first one reported."""
    locked = Ticket.objects.filter(pk=ticket_id).select_for_update(no_key=True)
    list(locked.values_list("pk", flat=True))


def _report_bug(ticket_id: int, text: str, agent: Agent, at: datetime) -> None:
    defect = find_bug(agent, text)
    if defect is not None:
        link_ticket(defect_id=defect.pk, ticket_id=ticket_id, agent=agent, at=at)
        return
    if len(text) > MAX_BUG:
        message = _("Enter at most %(count)s characters.") % {"count": MAX_BUG}
        raise InvalidValueError("bug", message)
    ticket = tickets_for_agent(agent).get(pk=ticket_id)
    fields = suggest_fields(ticket) | {"title": text}
    create_defect(desk=agent.desk, agent=agent, fields=fields, at=at, ticket_id=ticket_id)


def find_bug(agent: Agent, text: str) -> Defect | None:
    """Return the defect that a text names by its key or its whole title, or None.

    Raises InvalidValueError for the key of none.
    """
    defects = list_defects_for_agent(agent)
    number = find_key(text.split(" ", 1)[0], agent.desk)
    if number is not None:
        found = defects.filter(number=number).first()
        if found is None:
            raise InvalidValueError("bug", _("There is no defect with this key."))
        return found
    same = defects.alias(lowered=Lower("title")).filter(lowered=Lower(Value(text)))
    return same.filter(duplicate_of__isnull=True).order_by("pk").first()
