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
from tickets.services.common import clean_line

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
            _report_bug(ticket_id, answers.bug, agent, at)


def _lock_ticket(ticket_id: int) -> None:
    """Let a double click wait, so that it finds the defect that the first one reported."""
    locked = Ticket.objects.filter(pk=ticket_id).select_for_update(no_key=True)
    list(locked.values_list("pk", flat=True))


def _report_bug(ticket_id: int, text: str, agent: Agent, at: datetime) -> None:
    words = " ".join(text.split())
    defect = find_bug(agent, words)
    if defect is not None:
        link_ticket(defect_id=defect.pk, ticket_id=ticket_id, agent=agent, at=at)
        return
    ticket = tickets_for_agent(agent).get(pk=ticket_id)
    fields = suggest_fields(ticket) | {"title": words}
    create_defect(desk=agent.desk, agent=agent, fields=fields, at=at, ticket_id=ticket_id)


def find_bug(agent: Agent, text: str) -> Defect | None:
    """Return the defect that a text names by its key or its whole title; None for a new title.

    Raises InvalidValueError for the key of none, and for a new title that is too long.
    """
    defects = list_defects_for_agent(agent)
    number = find_key(text.split(" ", 1)[0], agent.desk)
    if number is not None:
        found = defects.filter(number=number).first()
        if found is None:
            raise InvalidValueError("bug", _("There is no defect with this key."))
        return found
    same = defects.alias(lowered=Lower("title")).filter(lowered=Lower(Value(text)))
    found = same.filter(duplicate_of__isnull=True).order_by("pk").first()
    if found is None:
        clean_line(text, field="bug", limit=MAX_BUG)
    return found
