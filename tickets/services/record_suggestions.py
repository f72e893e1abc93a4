"""Read what a customer already said, as suggestions for the troubleshooting record (M61)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Level
from tickets.fields.definitions import list_fields
from tickets.fields.values import YES, describe_value
from tickets.models import (
    EscalationCause,
    FieldKind,
    Message,
    Ticket,
    TroubleshootingRecord,
)
from tickets.models.troubleshooting import YesOrNo
from tickets.rules.suggestions import Suggestion, suggest
from tickets.services.summaries import find_summary
from tickets.services.troubleshooting import get_record_fields

MAX_READ = 20  # messages


def suggest_record(ticket: Ticket, record: TroubleshootingRecord | None) -> dict[str, Suggestion]:
    """Return suggestions for the empty fields of a ticket's record, by field.

    They come from the form's answers, the customer's messages and the summary. Once there is a
    record, only what is newer counts: an agent has seen the rest, and may have left a field empty
    on purpose.
    """
    since = record.created_at if record else None
    answers = [] if record else _list_answers(ticket)
    known = get_record_fields(record)
    found = suggest(known, answers, _list_texts(ticket, since))
    summary = find_summary(ticket.pk)
    is_newer = summary and (since is None or summary.created_at > since)
    if summary and is_newer and summary.problem and not known["problem"]:
        found["problem"] = Suggestion(summary.problem)
    return found


def suggest_cause(
    ticket: Ticket, record: TroubleshootingRecord | None, *, after: Level
) -> EscalationCause:
    """Return the likely reason of an escalation to a level, for the form to start with (M8).

    Engineers get defects. Below them a ticket is a defect once it is linked to one, or once the
    problem was reproduced.
    """
    is_reproduced = record is not None and record.reproduced == YesOrNo.YES
    if after == Level.RND or ticket.has_defects or is_reproduced:
        return EscalationCause.DEFECT
    return EscalationCause.CANNOT_REPRODUCE


def _list_answers(ticket: Ticket) -> list[tuple[str, str, str]]:
    found = []
    for field in list_fields(ticket.desk):
        value = str(ticket.fields.get(field.key, ""))
        is_told = bool(value) and value.casefold() != "none"  # a choice of the desk: not applicable
        if is_told and (field.kind != FieldKind.CHECKBOX or value == YES):
            found.append((field.key, field.label, describe_value(field.kind, value)))
    return found


def _list_texts(ticket: Ticket, since: datetime | None) -> list[tuple[datetime, str]]:
    """Return the customer's first messages since a time, oldest first, without what they quote."""
    messages = Message.objects.filter(ticket=ticket, agent__isnull=True, is_automatic=False)
    if since:
        messages = messages.filter(created_at__gt=since)
    written = messages.order_by("created_at", "pk").values_list("created_at", "body_text")
    return list(written[:MAX_READ])
