"""Tools of a note, watchers of a ticket, and the note about an account, as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.notes.sql import MAX_WATCHERS, AccountNoteRow, NoteRow
from helpdesk.agent.sql import Choice
from helpdesk.shared.components import Component, NoteTools, ReactionItem
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.linked_text import link_addresses
from helpdesk.shared.wording.times import format_datetime
from tickets.models import ReactionKind, Ticket

# Not emoji: many systems have no font for them.
ICONS = {
    ReactionKind.AGREE: "hand-thumb-up",
    ReactionKind.THANKS: "heart",
    ReactionKind.CELEBRATE: "sparkles",
    ReactionKind.LOOKING: "eye",
    ReactionKind.DONE: "check-circle",
}


def describe_tools(row: NoteRow, ticket: Ticket, reader: Agent) -> NoteTools:
    """Return what a reader can do with a note, and its reactions. An observer only reads."""
    urls = [ticket.number, row.note.pk]
    found = [_describe_reaction(row, kind, reader) for kind in ReactionKind]
    return NoteTools(
        reactions=tuple(one for one in found if one.count),
        choices=tuple(one for one in found if not one.is_mine) if reader.can_write else (),
        react_url=get_url("agent:note_reaction", *urls) if reader.can_write else "",
        pin_url=get_url("agent:note_pin", *urls) if reader.can_write else "",
        is_pinned=row.is_pinned,
    )


def _describe_reaction(row: NoteRow, kind: ReactionKind, reader: Agent) -> ReactionItem:
    given = [one for one in row.reactions if one.kind == kind]
    names = ", ".join(one.name for one in given)
    return ReactionItem(
        kind=kind.value,
        icon=ICONS[kind],
        label=str(kind.label),
        names=_("%(reaction)s: %(names)s") % {"reaction": kind.label, "names": names},
        count=len(given),
        is_mine=any(one.agent_id == reader.pk for one in given),
    )


@dataclass(frozen=True, slots=True)
class WatchCard(Component):
    """The agents who watch a ticket. url: where the reader starts or stops watching.

    more: how many others there are, or "".
    """

    url: str
    names: tuple[str, ...]
    is_watching: bool
    more: str = ""


def describe_watchers(ticket: Ticket, watchers: Sequence[Choice], reader: Agent) -> WatchCard:
    """Return who watches a ticket."""
    left = len(watchers) - MAX_WATCHERS
    return WatchCard(
        url=get_url("agent:watching", ticket.number),
        names=tuple(one.name for one in watchers[:MAX_WATCHERS]),
        is_watching=any(one.id == reader.pk for one in watchers),
        more=_("and %(count)s more") % {"count": left} if left > 0 else "",
    )


@dataclass(frozen=True, slots=True)
class AccountNoteCard(Component):
    """The note about an account. url: of its form, or "" for who may not edit it."""

    text: SafeString
    edited: str
    url: str


def describe_account_note(
    rows: Sequence[AccountNoteRow], account_id: int | None, reader: Agent
) -> AccountNoteCard | None:
    """Return the note about an account; None without an account."""
    if account_id is None:
        return None
    url = get_url("agent:account_note", account_id) if reader.can_write else ""
    if not rows:
        return AccountNoteCard(SafeString(""), "", url)
    row = rows[0]
    named = {"name": row.editor, "time": format_datetime(row.edited_at)}
    edited = _("Edited by %(name)s, %(time)s") if row.editor else _("Edited %(time)s")
    return AccountNoteCard(link_addresses(row.text), edited % named, url)
