"""The note of a handover in sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Desk
from helpdesk.agent.brief.cards import list_summary_lines
from routing.models import Handover
from tickets.models import Message, Note, TicketSummary
from tickets.sentences.clock_names import get_clock_name
from tickets.sentences.reasons import describe_time
from tickets.services.summaries import get_summary_fields

MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class NoteTexts:
    """The texts that notes refer to, by ID: customers' messages, internal notes, and summaries."""

    asked: Mapping[int, str]
    notes: Mapping[int, tuple[str, str]]  # the text and its author
    summaries: Mapping[int, dict[str, str]]  # the lines by field


def read_texts(handovers: Iterable[Handover]) -> NoteTexts:
    """Read the texts of several handovers, those that are still on their tickets. Three queries."""
    rows = list(handovers)
    facts, tickets = [row.note for row in rows], {row.ticket_id for row in rows}
    asked = Message.objects.filter(
        pk__in={fact["asked"] for fact in facts if fact.get("asked")}, ticket_id__in=tickets
    )
    notes = Note.objects.filter(
        pk__in={fact["note"] for fact in facts if fact.get("note")}, ticket_id__in=tickets
    )
    written = notes.values_list("pk", "body_text", "agent__name")
    summaries = TicketSummary.objects.filter(
        pk__in={fact["summary"] for fact in facts if fact.get("summary")}, ticket_id__in=tickets
    )
    return NoteTexts(
        dict(asked.values_list("pk", "body_text")),
        {pk: (text, author) for pk, text, author in written},
        {each.pk: get_summary_fields(each) for each in summaries},
    )


def describe_note(facts: Mapping[str, Any], texts: NoteTexts, desk: Desk) -> tuple[str, ...]:
    """Return the state, what is owed by when, the summary, the latest message and note."""
    found = [_("Status: %(status)s.") % {"status": desk.word_for(facts["status"])}]
    if since := facts.get("waiting_since"):
        found.append(
            _("The customer has been waiting since %(time)s.") % {"time": describe_time(since)}
        )
    if due_at := facts.get("due_at"):
        named = {"clock": get_clock_name(facts["due_kind"]), "time": describe_time(due_at)}
        found.append(_("%(clock)s due %(time)s.") % named)
    if summary := texts.summaries.get(facts.get("summary") or 0):
        found.extend(f"{label}: {text}" for label, text in list_summary_lines(summary))
    if asked := texts.asked.get(facts.get("asked") or 0):
        found.append(_("The customer's latest message: “%(text)s”") % {"text": _shorten(asked)})
    if note := texts.notes.get(facts.get("note") or 0):
        named = {"text": _shorten(note[0]), "name": note[1]}
        found.append(_("%(name)s's latest note: “%(text)s”") % named)
    return tuple(found)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1].rstrip() + "…"
