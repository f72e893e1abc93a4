"""Examples in the styleguide: fixed names, texts and times, in English like all data."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from helpdesk.agent.components.lists import TicketRow
from helpdesk.agent.components.ticket import ClockPanel
from helpdesk.shared.avatars import get_initials
from helpdesk.shared.components import (
    EventItem,
    EventRun,
    FileItem,
    Link,
    MessageItem,
    Option,
)
from helpdesk.styleguide.components import Section, State, Theme
from helpdesk.styleguide.forms import build_example

AT: dict[str, Any] = {
    "at_iso": "2026-11-22T12:00:00+00:00",
    "at_text": "Sun, Nov 22, 12:00 PM",
    "at_title": "Sunday, November 22, 2026",
}
STATUSES = (
    State("open", "Open"),
    State("investigating", "Investigating"),
    State("waiting", "Waiting for customer"),
    State("escalated", "Escalated"),
    State("closed", "Closed"),
)
DEADLINES = (
    State("ok", "due in 4h"),
    State("soon", "due in 12m"),
    State("overdue", "2h overdue"),
    State("met", "met"),
    State("late", "1h late"),
)
TONES = (
    State("", "Standard"),
    State("red", "Escalated account"),
    State("amber", "Trial ends soon"),
    State("green", "Active"),
    State("blue", "Pilot"),
    State("violet", "Engineering"),
    State("accent", "Chosen"),
)
LEVELS = (
    State("info", "Nothing has changed."),
    State("success", "Ticket closed."),
    State("warning", "The address could not be checked."),
    State("error", "Nothing was saved. Try again."),
)
COLORS = (
    "surface", "canvas", "sunken", "raised", "line", "line-strong", "ink", "ink-2", "ink-3",
    "accent", "accent-fill", "select", "select-tint", "unread", "focus",
    "red", "red-tint", "amber", "amber-tint", "green", "green-tint",
    "blue", "blue-tint", "violet", "violet-tint",
)  # fmt: skip
SECTIONS = ("colors", "text", "buttons", "badges", "fields", "messages", "menus", "lists", "ticket")


def build_context() -> dict[str, Any]:
    """Return the context of agent/styleguide/page.html."""
    return {
        "sections": [
            Section(key, title, f"agent/styleguide/_{key}.html")
            for key, title in zip(SECTIONS, _list_titles(), strict=True)
        ],
        "themes": [_build_theme("light", _("Light")), _build_theme("dark", _("Dark"))],
        "colors": COLORS,
        "statuses": STATUSES,
        "deadlines": DEADLINES,
        "tones": TONES,
        "levels": LEVELS,
        "ranks": [Option(str(rank), name) for rank, name in enumerate(_RANKS, 1)],
        "people": [Option(str(tone), get_initials(name)) for tone, name in enumerate(_PEOPLE)],
        "tabs": [Link("#", "Conversation", current=True), Link("#", "History")],
        "pills": [Link("#", "All open", current=True), Link("#", "Mine"), Link("#", "Unassigned")],
        "files": _FILES,
    }


_RANKS = ("Urgent", "High", "Normal", "Low")
_PEOPLE = (
    "Ana Souza", "Bo Lee", "Cai Wu", "Dee Roy", "Eva Lind", "Finn Mai", "Gia Poe", "Hal Orr",
)  # fmt: skip
_FILES = (
    FileItem("#", "server.log", "2.1 KB"),
    FileItem("#", "dump.zip", "200 MB", refused="200 MB, could not be stored"),
)


def _list_titles() -> tuple[str, ...]:
    return (
        _("Colors"),
        _("Text"),
        _("Buttons"),
        _("Badges"),
        _("Fields"),
        _("Messages"),
        _("Menus and dialogs"),
        _("Lists"),
        _("Ticket"),
    )


def _build_theme(name: str, title: str) -> Theme:
    return Theme(
        name=name,
        title=title,
        form=build_example(name),
        rows=(
            _build_row(1042, unread=True, state=DEADLINES[2]),
            _build_row(1043, unread=False, state=DEADLINES[1]),
            _build_row(1044, unread=False, state=DEADLINES[0]),
        ),
        entries=_list_entries(name),
        clocks=tuple(
            _build_clock(state, percent) for state, percent in zip(DEADLINES, _USED, strict=True)
        ),
    )


_USED = (30, 85, 100, 60, 100)


def _build_row(number: int, *, unread: bool, state: State) -> TicketRow:
    return TicketRow(
        url=f"#RC-{number}",
        number=f"RC-{number}",
        subject="The nightly export stopped",
        channel="email",
        channel_label="Email",
        requester="Jonas Weber",
        account="Fabrikam",
        account_url="#",
        status="open",
        status_word="Open",
        priority_rank=2,
        priority_name="High",
        priority_label="High priority",
        assignee_name="Ana Souza",
        assignee_initials="AS",
        assignee_tone="3",
        assignee_label="Ana Souza",
        due_iso=AT["at_iso"],
        due_state=state.value,
        due_text=state.text,
        due_live=False,
        due_label="First response",
        waiting_iso="",
        waiting_text="",
        updated_iso="",
        updated_text="5m",
        updated_title="",
        unread=unread,
    )


def _build_clock(state: State, percent: int) -> ClockPanel:
    return ClockPanel(
        name="First response",
        state=state.value,
        due_iso=AT["at_iso"],
        due_text=state.text,
        due_live=False,
        due_title=AT["at_title"],
        percent=percent,
        target="Premier, High: 4h (24x7)",
        line="Due Sun, Nov 22, 12:00 PM",
    )


def _list_entries(theme: str) -> tuple[MessageItem | EventItem | EventRun, ...]:
    kinds = ("customer", "reply", "note", "auto", "update")
    messages = [_build_message(theme, kind) for kind in kinds]
    event = EventItem(text="Assigned to Ana Souza.", **AT)
    run = EventRun(
        id=0 if theme == "light" else 1,
        text="4 events. Latest: Assigned to Ana Souza.",
        events=(event, event, event, event),
        **AT,
    )
    return (messages[0], event, *messages[1:3], run, *messages[3:])


def _build_message(theme: str, kind: str) -> MessageItem:
    return MessageItem(
        id=f"{theme}-{kind}",
        kind=kind,
        author="Jonas Weber" if kind == "customer" else "Ana Souza",
        initials="JW" if kind == "customer" else "AS",
        tone="1" if kind == "customer" else "3",
        text=mark_safe("The export stops after the first page."),
        channel="" if kind == "note" else "email",
        channel_label="" if kind == "note" else "Email",
        **AT,
    )
