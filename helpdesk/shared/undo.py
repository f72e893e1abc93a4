"""Undo of a property change: a form beside its message that changes the property back.

The form posts to the property's own address with the value that the change left behind as
"expected", so it does nothing if another agent has changed the property since.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

from helpdesk.shared.components import Component


@dataclass(frozen=True, slots=True)
class Undo(Component):
    """A change back. action: where it is posted; name and value: of the property before."""

    action: str
    name: str
    value: str
    expected: str


def add_undoable(request: HttpRequest, text: str, undo: Undo) -> None:
    """Add a message of success with an Undo button."""
    messages.success(request, text, extra_tags=json.dumps(asdict(undo)))


def get_undo(message: Message) -> Undo | None:
    """Return what a message's Undo button changes, or None if it has none."""
    tags = message.extra_tags or ""
    return Undo(**json.loads(tags)) if tags.startswith("{") else None
