"""Keyboard shortcuts of the agent pages, each of which a person can change or turn off.

WCAG 2.2, 2.1.4: people who dictate, or who hit keys by accident, need to be able to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The keys as shipped, in the order of the page that changes them. A person's own keys are stored
# under these (User.shortcuts); "" turns one off.
SHORTCUTS: dict[str, str | Promise] = {
    "j": _("Next ticket"),
    "k": _("Previous ticket"),
    "u": _("Back to the list"),
    "f": pgettext_lazy("shortcut", "Filter"),
    "/": pgettext_lazy("shortcut", "Search"),
    "c": _("New ticket"),
    "r": pgettext_lazy("shortcut", "Reply"),
    "n": pgettext_lazy("shortcut", "Internal note"),
    "t": _("Assign to me"),
    "p": _("Set the priority"),
    "e": _("Close ticket"),
    "l": _("Escalate"),
    "s": _("Start or edit the troubleshooting record"),
    "y": _("Approve the reply"),
    "x": _("No reply needed, or select the row"),
    "z": pgettext_lazy("shortcut", "Undo"),
    "q": _("Quote the selected text"),
    "Space": _("Preview the row"),
    "m": _("Move the defect to the next stage"),
    "d": pgettext_lazy("shortcut", "New defect"),
    "g i": _("Home"),
    "g a": _("Open tickets"),
    "g m": pgettext_lazy("tickets", "Mine"),
    "g u": _("Unassigned"),
    "g r": _("Needs reply"),
    "g d": _("Due soon"),
    "g o": _("Breached"),
    "g w": _("Waiting for the customer"),
    "g x": _("Escalated"),
    "g y": _("Unread by me"),
    "g c": _("Recently closed"),
    "g e": _("Defects"),
    "g n": _("Notifications"),
    "g h": _("Handovers"),
    "g q": _("Quarantine"),
    "g k": _("Customers"),
    "g s": _("Schedule"),
    "g b": _("Board"),
    "?": _("Keyboard shortcuts"),
}
SPACE = "Space"  # the space bar: only for the preview, as it presses buttons elsewhere
MAX_KEYS = 2  # one key, or one after another


def clean_keys(text: str) -> str | None:
    """Return keys as they are stored: "a", "g a" or "Space", "" for none.

    None if they can't be pressed.
    """
    keys = text.split()
    if [key.casefold() for key in keys] == [SPACE.casefold()]:
        return SPACE
    if len(keys) > MAX_KEYS or any(len(key) != 1 or not key.isprintable() for key in keys):
        return None
    return " ".join(keys)


def find_repeated(keys: Mapping[str, str]) -> set[str]:
    """Return the shipped keys of shortcuts that can't both be reached.

    Two have the same keys, or one's key begins the other's.
    """
    used = {name: keys.get(name, name) for name in SHORTCUTS}
    chosen = {name: text for name, text in used.items() if text}
    return {
        name
        for name, text in chosen.items()
        for other, begun in chosen.items()
        if name != other and (text == begun or begun.startswith(f"{text} "))
    }


def list_changes(keys: Mapping[str, str]) -> dict[str, str]:
    """Return only what differs from the shipped keys: what is stored."""
    return {name: text for name, text in keys.items() if text != name and name in SHORTCUTS}


def get_own_keys(keys: Mapping[str, str]) -> dict[str, str]:
    """Return a person's changes, with a shipped key off where they use it for something else.

    So a shortcut that a new version adds never takes a key that someone has chosen before.
    """
    changes = list_changes(keys)
    chosen = {text for text in changes.values() if text}
    return {name: "" for name in SHORTCUTS if name in chosen} | changes


def write_keys(keys: Mapping[str, str]) -> str:
    """Return a person's keys for shortcuts.js, "" if all are as shipped."""
    return json.dumps(get_own_keys(keys), sort_keys=True) if keys else ""
