"""The note of a handover in sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Desk
from routing.models import Handover
from tickets.models import Message, Note
from tickets.sentences.clock_names import get_clock_name
from tickets.sentences.reasons import describe_time

MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class NoteTexts:
    """The texts that notes refer to, by ID: customers' messages, and internal notes."""

    asked: Mapping[int, str]
    notes: Mapping[int, tuple[str, str]]  # the text and its author


def read_texts(handovers: Iterable[Handover]) -> NoteTexts:
    """Read the texts of several handovers, those that are still on their tickets. Two queries."""
    rows = list(handovers)
    facts, tickets = [row.note for row in rows], {row.ticket_id for row in rows}
    asked = Message.objects.filter(
        pk__in={fact["asked"] for fact in facts if fact.get("asked")}, ticket_id__in=tickets
    )
    notes = Note.objects.filter(
        pk__in={fact["note"] for fact in facts if fact.get("note")}, ticket_id__in=tickets
    )
    written = notes.values_list("pk", "body_text", "agent__name")
    return NoteTexts(
        dict(asked.values_list("pk", "body_text")),
        {pk: (text, author) for pk, text, author in written},
    )


def describe_note(facts: Mapping[str, Any], texts: NoteTexts, desk: Desk) -> tuple[str, ...]:
    """Return the state, what is owed and by when, the customer's question and the next step."""
    found = [_("Status: %(status)s.") % {"status": desk.word_for(facts["status"])}]
    if since := facts.get("waiting_since"):
        found.append(
            _("The customer has been waiting since %(time)s.") % {"time": describe_time(since)}
        )
    if due_at := facts.get("due_at"):
        named = {"clock": get_clock_name(facts["due_kind"]), "time": describe_time(due_at)}
        found.append(_("%(clock)s due %(time)s.") % named)
    if asked := texts.asked.get(facts.get("asked") or 0):
        found.append(_("The customer's latest message: “%(text)s”") % {"text": _shorten(asked)})
    if note := texts.notes.get(facts.get("note") or 0):
        named = {"text": _shorten(note[0]), "name": note[1]}
        found.append(_("%(name)s's latest note: “%(text)s”") % named)
    return tuple(found)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1].rstrip() + "…"
