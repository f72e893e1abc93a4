"""Parts of a conversation that a tab shows: everything, messages, or notes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpdesk.shared.components import Link
from helpdesk.shared.urls import get_url

EVENTS = {"event", "events"}


class Shown(StrEnum):
    """Values of the parameter ``only``."""

    ALL = ""
    MESSAGES = "messages"
    NOTES = "notes"


def get_shown(request: HttpRequest) -> Shown:
    """Return what a request for a conversation asks for; everything if it is unknown."""
    only = request.GET.get("only", "")
    return Shown(only) if only in set(Shown) else Shown.ALL


def get_part_url(number: int, shown: Shown) -> str:
    """Return where a tab of the conversation is, and reloads its part from."""
    return get_url("agent:ticket", number, query={"only": shown.value} if shown else None)


def keep_shown(context: dict[str, Any], shown: Shown) -> dict[str, Any]:
    """Return the context of a conversation with only the entries that are shown."""
    if shown == Shown.ALL:
        return context
    wants_notes = shown == Shown.NOTES
    kept = [
        entry
        for entry in context["entries"]
        if entry.kind not in EVENTS and (entry.kind == "note") == wants_notes
    ]
    return {**context, "entries": kept}


def list_tabs(number: int, *, tab: str, shown: Shown) -> tuple[Link, ...]:
    """Return the tabs of a ticket. tab: "conversation" or "history"."""
    parts = [
        (Shown.ALL, _("Conversation")),
        (Shown.MESSAGES, _("Messages")),
        (Shown.NOTES, _("Notes")),
    ]
    is_conversation = tab == "conversation"
    return (
        *(
            Link(get_part_url(number, part), label, current=is_conversation and part == shown)
            for part, label in parts
        ),
        Link(get_url("agent:history", number), _("History"), current=tab == "history"),
    )
