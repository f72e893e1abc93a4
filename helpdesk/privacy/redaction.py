"""Redact a text from a ticket and all of its copies, and remove whole files.

Reached are the rows of the ticket, of those merged with it, of linked defects and of its product
feedback, the mail that was sent or waits, drafts, history, notifications, search, and files that
contain the text. A received email that holds it loses its raw source, as after the time for which
the desk keeps it: its body may be encoded, so its parts can't be rewritten. Out of reach are
delivered email, backups, exports made before, other tickets, and files inside of archives. Nothing
brings the text back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import JSONField, Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent
from accounts.privacy.redacting import MAX_CHARS, MIN_CHARS, Redactor
from accounts.tenancy import system_scope
from channels_intake.erasing import erase_from_outbox
from channels_intake.redacting import (
    delete_outbox_copies,
    delete_sources,
    delete_vendor_events,
    list_sources_with,
)
from helpdesk.privacy.redaction_places import (
    list_family,
    list_places,
    list_program_words,
    list_text_columns,
    list_unsent_files,
)
from tickets.access import tickets_for_agent
from tickets.actors import Actor
from tickets.attachments.removing import forget_file, list_files_with, list_unsent_with
from tickets.changes import Change
from tickets.defects.search.documents import refresh_documents
from tickets.deliveries.waiting import wait_for_writers
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import Attachment, Message, Note, SearchRefresh, Ticket, UnsentFile
from tickets.rules.redaction import require_redactor
from tickets.search.documents import rebuild
from tickets.services.common import MAX_REASON, clean_line

HTML = "body_html"
# Where a text was found, by table; everything else is a copy.
PLACES = {
    "message": gettext_lazy("Messages"),
    "note": gettext_lazy("Notes"),
    "ticket": gettext_lazy("Subject and fields"),
    "ticketevent": gettext_lazy("History"),
    "draft": gettext_lazy("Drafts"),
    "pendingreply": gettext_lazy("Replies that aren't sent yet"),
    "outgoingemail": gettext_lazy("Emails, as sent or waiting"),
    "source": gettext_lazy("Received emails, whose source is deleted"),
    "attachment": gettext_lazy("Names of files"),
    "defect": gettext_lazy("Linked defects"),
}
COPIES = gettext_lazy("Other copies, such as notifications and calls to other systems")


@dataclass
class Found:
    """The places of a text. rows: by place; messages, notes: IDs; files: those that contain it.

    unsent: files of drafts and pending replies. sources: IDs of received emails. hidden: how many
    of the merged tickets that are searched the agent can't see.
    """

    rows: Counter[str] = field(default_factory=Counter)
    messages: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    unsent: list[UnsentFile] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    hidden: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.files or self.unsent or self.sources)

    @property
    def file_names(self) -> list[str]:
        """The names of all files that contain it."""
        return [*(file.name for file in self.files), *(file.name for file in self.unsent)]

    def list_counts(self) -> list[tuple[str, int]]:
        """Return the places with their number of rows, as a preview shows them."""
        counts = Counter({COPIES: 0})
        for name, count in [*self.rows.items(), ("source", len(self.sources))]:
            counts[PLACES.get(name, COPIES)] += count
        ordered = [*PLACES.values(), COPIES]
        return [(str(label), counts[label]) for label in ordered if counts[label]]


def find_text(*, ticket: Ticket, text: str, by: Agent) -> Found:
    """Return where a text is on a ticket and in its copies, and change nothing.

    Raises NotAllowedError, and InvalidValueError for a text that is too short, too long, or absent.
    """
    require_redactor(by)
    redactor, tickets = _read(text), list_family(ticket)
    found = Found(hidden=_count_hidden(tickets, by))
    for _row, _changes in _search(redactor, ticket.desk_id, tickets, found):
        pass
    _search_files(redactor, tickets, found)
    if found.is_empty:
        raise InvalidValueError("text", _("This text isn't on the ticket. Copy it exactly."))
    return found


def redact_text(*, ticket: Ticket, text: str, why: str, by: Agent, at: datetime) -> Found:
    """Replace a text by "[redacted]" on a ticket and in all of its copies. It can't be undone.

    Raises NotAllowedError, InvalidValueError, also without a reason, and ConflictError if the text
    is gone by now.
    """
    require_redactor(by)
    redactor, reason = _read(text), _clean_reason(why)
    with transaction.atomic():
        tickets = list_family(ticket)
        found = Found(hidden=_count_hidden(tickets, by))
        wait_for_writers(tickets)
        change = Change.open(ticket.pk, by=Actor.of(by), at=at)
        with system_scope("redact a text from append-only rows too"):
            stored = _redact_everywhere(redactor, ticket.desk_id, tickets, found, at=at)
        if found.is_empty:
            raise ConflictError(_("This text is no longer on the ticket."))
        change.ticket.refresh_from_db(fields=["subject", "fields", "hold_reason"])
        change.touch()
        change.record(EventKind.TEXT_REDACTED, _describe(found, redactor.redact(reason), redactor))
        change.save()
        erase_from_outbox([text])
        _delete_stored(stored)
    return found


def remove_file(*, attachment: Attachment, why: str, by: Agent, at: datetime) -> None:
    """Delete a file's content and preview for good; its name stays. Then it can't be undone.

    The raw source of the email that brought it goes, too. Raises NotAllowedError, InvalidValueError
    without a reason, and ConflictError for a file that is removed already.
    """
    require_redactor(by)
    reason = _clean_reason(why)
    with transaction.atomic():
        change = Change.open(attachment.ticket.pk, by=Actor.of(by), at=at)
        stored = forget_file(attachment.pk, at=at)
        if stored is None:
            raise ConflictError(_("This file is already removed."))
        _delete_copies([attachment], at=at)
        data = {"why": reason, "name": attachment.name, "attachment": attachment.pk}
        if attachment.message_id:
            data["message"] = attachment.message_id
        change.touch()
        change.record(EventKind.FILE_REMOVED, data)
        change.save()
        _delete_stored(stored)


def _count_hidden(tickets: Collection[int], agent: Agent) -> int:
    """Return how many of these tickets an agent can't see."""
    return len(tickets) - tickets_for_agent(agent).filter(pk__in=tickets).count()


def _read(text: str) -> Redactor:
    words = " ".join(text.split())
    if len(words) < MIN_CHARS:
        wrong = _("Enter at least %(count)s characters: shorter text is part of other words.")
        raise InvalidValueError("text", wrong % {"count": MIN_CHARS})
    if len(words) > MAX_CHARS:
        wrong = _("Enter at most %(count)s characters, and redact a longer text in parts.")
        raise InvalidValueError("text", wrong % {"count": MAX_CHARS})
    return Redactor(words, kept=list_program_words())


def _clean_reason(why: str) -> str:
    return clean_line(why, field="why", limit=MAX_REASON, missing=_("Enter a reason."))


def _redact_everywhere(
    redactor: Redactor, desk_id: int, tickets: Collection[int], found: Found, *, at: datetime
) -> list[str]:
    """Change every row that holds the text. Return the stored files to delete."""
    mails: list[int] = []
    for row, changes in _search(redactor, desk_id, tickets, found):
        type(row)._base_manager.filter(pk=row.pk).update(**changes)
        if row._meta.model_name == "outgoingemail":
            mails.append(row.pk)
    _search_files(redactor, tickets, found)
    stored: list[str] = []
    for file in found.files:
        stored += forget_file(file.pk, at=at) or []
    stored += [str(file.file.name) for file in found.unsent]
    UnsentFile.objects.filter(pk__in=[file.pk for file in found.unsent]).delete()
    _delete_copies(found.files, at=at)
    delete_sources(inbound_ids=found.sources, message_ids=found.messages, at=at)
    delete_vendor_events(desk_id, tickets, redactor)
    delete_outbox_copies(Q(pk__in=mails) | Q(message_id__in=found.messages))
    SearchRefresh.objects.filter(ticket_id__in=tickets).delete()
    rebuild(tickets)
    while refresh_documents(desk_id=desk_id):
        pass
    return stored


def _list_messages(found: Found) -> list[int]:
    return [*found.messages, *(f.message_id for f in found.files if f.message_id)]


def _delete_copies(files: Collection[Attachment], *, at: datetime) -> None:
    """Delete the raw emails that brought these files, and the outbox's that took them along."""
    messages = [file.message_id for file in files if file.message_id]
    sides = [file.side_message_id for file in files if file.side_message_id]
    delete_sources(message_ids=messages, side_message_ids=sides, at=at)
    delete_outbox_copies(Q(message_id__in=messages) | Q(side_message_id__in=sides))


def _search(
    redactor: Redactor, desk_id: int, tickets: Collection[int], found: Found
) -> Iterator[tuple[Model, dict[str, Any]]]:
    """Yield each row with the text, and what its columns are without it; count them in found."""
    seen: set[tuple[str, int]] = set()
    for rows in list_places(desk_id, tickets):
        columns = list_text_columns(rows.model)
        names = [column.attname for column in columns]
        for row in rows.order_by("pk").only(*names).iterator(chunk_size=200):
            changes = _list_changes(redactor, row, columns)
            if changes and (row._meta.label, row.pk) not in seen:
                seen.add((row._meta.label, row.pk))
                _count(found, row)
                yield row, changes


def _list_changes(redactor: Redactor, row: Model, columns: Collection[Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for column in columns:
        value = getattr(row, column.attname)
        if not value:
            continue
        after = _redact_column(redactor, row, column, value)
        if after != value:
            limit = None if isinstance(column, JSONField) else column.max_length
            changes[column.attname] = after[:limit] if limit else after
    return changes


def _redact_column(redactor: Redactor, row: Model, column: Any, value: Any) -> Any:
    if column.attname == HTML:
        return redactor.redact_html(value)
    after = redactor.redact(value)
    if isinstance(row, Ticket) and column.attname == "fields":  # part of a number is none
        return {key: item for key, item in value.items() if after[key] == item}
    return after


def _count(found: Found, row: Model) -> None:
    found.rows[str(row._meta.model_name)] += 1
    if isinstance(row, Message):
        found.messages.append(row.pk)
    elif isinstance(row, Note):
        found.notes.append(row.pk)


def _search_files(redactor: Redactor, tickets: Collection[int], found: Found) -> None:
    found.files = list_files_with(redactor, tickets)
    found.unsent = list_unsent_with(redactor, list_unsent_files(tickets))
    found.sources = list_sources_with(redactor, tickets, messages=_list_messages(found))


def _describe(found: Found, reason: str, redactor: Redactor) -> dict[str, Any]:
    return {
        "why": reason,
        "messages": found.messages,
        "notes": found.notes,
        "files": [redactor.redact(name) for name in found.file_names],
    }


def _delete_stored(names: Collection[str]) -> None:
    """Delete stored files before the commit: a failure leaves no content without its row."""
    for name in names:
        default_storage.delete(name)
