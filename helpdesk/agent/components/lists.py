"""Typed contexts of ticket lists (templates/agent/queue)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from helpdesk.shared.components import Component, Link, Option

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Deadline(Component):
    """Status of an SLA target.

    state: "ok", "soon", "overdue", "met", "late" or "none". is_live: the clock is running, and
    countdown.js keeps the text current.
    """

    iso: str = ""
    state: str = "none"
    text: str = ""
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class TicketRow(Component):
    """A row of a ticket list. priority_rank: 1 to 4. assignee_tone: "0" to "7".

    due_label: the kind of clock. waiting_iso, waiting_text: since when the customer's messages are
    unanswered, or "". is_escalated: its account. marked_subject, snippet: the matches of a search;
    otherwise None. value: the plain number, to select the row by; "" if nothing can be selected.
    newest_line: of the newest message or note. draft_label: the reader has an unsent reply or note.
    writers_label: who else is writing one. side_label: a third party replied, and no agent has
    answered yet; otherwise "". own_cells: values of the desk's own fields, or None.
    """

    url: str
    number: str
    subject: str
    channel: str
    channel_label: str
    requester: str
    account: str
    account_url: str
    status: str
    status_word: str
    priority_rank: int
    priority_name: str
    priority_label: str
    assignee_name: str
    assignee_initials: str
    assignee_tone: str
    assignee_label: str
    due_iso: str
    due_state: str
    due_text: str
    due_live: bool
    due_label: str
    waiting_iso: str
    waiting_text: str
    updated_iso: str
    updated_text: str
    updated_title: str
    unread: bool
    marked_subject: SafeString | None = None
    snippet: SafeString | None = None
    emergency: bool = False
    is_escalated: bool = False
    value: str = ""
    select_label: str = ""
    peek_url: str = ""
    peek_label: str = ""
    newest_line: str = ""
    draft_label: str = ""
    writers_label: str = ""
    side_label: str = ""
    own_cells: SafeString | None = None


@dataclass(frozen=True, slots=True)
class RowGroup(Component):
    """Rows of a page that belong together, under a title. count: of the group, on all pages."""

    title: str
    rows: tuple[TicketRow, ...]
    count: str = ""


@dataclass(frozen=True, slots=True)
class QueueHeader(Component):
    """Title and live addresses of a ticket list.

    notice: what the agent should know about the list, or "". snoozed: a link to what it leaves out.
    can_select: the agent may change tickets. query: the parameters of the list's first page, to act
    on all of its tickets.
    """

    title: str
    live_url: str
    rows_url: str
    can_select: bool = False
    query: str = ""
    notice: str = ""
    snoozed: Link | None = None


@dataclass(frozen=True, slots=True)
class FilterField(Component):
    """A filter of a list: a select, or a text field with suggestions.

    names_url: where the suggestions come from; "" for a select. any_label: the placeholder of the
    text field. error: why it found nothing. is_date, is_text: a day or words, in text.
    """

    name: str
    label: str
    options: tuple[Option, ...] = ()
    names_url: str = ""
    text: str = ""
    any_label: str = ""
    error: str = ""
    is_date: bool = False
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class ActiveFilter(Component):
    """A filter in use. url: the same list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class SortMenu(Component):
    """The order of a list, as a form of its own. hidden: its other parameters."""

    hidden: Pairs
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class AddField(Component):
    """The field that adds a filter by typing. hidden: the list's other parameters.

    text, error: what was typed and not understood, and why.
    """

    hidden: Pairs
    suggestions_url: str
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Toolbar(Component):
    """Filters and order above a list. sort is None for search results.

    acts: links to save or change a view. is_open: show the filters expanded, because one of them
    has an error.
    """

    action: str
    hidden: Pairs
    fields: tuple[FilterField, ...]
    active: tuple[ActiveFilter, ...]
    clear_url: str
    sort: SortMenu | None
    is_open: bool = False
    acts: tuple[Link, ...] = ()
    add: AddField | None = None
