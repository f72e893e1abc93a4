"""Reasons why an event of a channel isn't on a ticket, as codes and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class EventReason(StrEnum):
    """Codes of reasons. The comment names the parameters."""

    UNREADABLE = "unreadable"
    UNKNOWN_EVENT = "unknown_event"
    FAILED = "failed"  # error
    ERASED = "erased"


SENTENCES: dict[str, Promise] = {
    EventReason.UNREADABLE: _("The body isn't an event as the vendor documents it."),
    EventReason.UNKNOWN_EVENT: _("Plumbline doesn't use events of this kind."),
    EventReason.FAILED: _("Processing failed: %(error)s"),
    EventReason.ERASED: _("Its author's data was erased."),
}


def describe_reason(code: str, data: Mapping[str, Any]) -> str:
    """Return a reason as a sentence in the active language, or "" for none."""
    sentence = SENTENCES.get(code)
    return str(sentence) % data if sentence else code
