"""Reasons why an event of a channel isn't on a ticket, as codes and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import fill_sentence


class EventReason(StrEnum):
    """Codes of reasons. The comment names the parameters."""

    UNREADABLE = "unreadable"  # what: the part that is wrong, for developers, or nothing
    UNKNOWN_EVENT = "unknown_event"
    TOO_EARLY = "too_early"  # message: the vendor's ID of it
    UNKNOWN_MESSAGE = "unknown_message"  # message
    FAILED = "failed"  # error
    ERASED = "erased"
    FOREIGN = "foreign"  # place: the vendor's ID of it


SENTENCES: dict[str, Promise] = {
    EventReason.UNREADABLE: _("The request isn't in the format that the provider documents."),
    EventReason.UNKNOWN_EVENT: _("Plumbline doesn't use events of this kind."),
    EventReason.TOO_EARLY: _("Waiting for message %(message)s, which hasn't arrived yet."),
    EventReason.UNKNOWN_MESSAGE: _("The message it refers to, %(message)s, never arrived."),
    EventReason.FAILED: _("Processing failed: %(error)s"),
    EventReason.ERASED: _("Its author's data was erased."),
    EventReason.FOREIGN: _(
        "It belongs to %(place)s, which isn't connected to this desk. Its content wasn't kept."
    ),
}


def describe_reason(code: str, data: Mapping[str, Any]) -> str:
    """Return a reason as a sentence in the active language, or "" for none."""
    return fill_sentence(SENTENCES[code], data, code=code) if code in SENTENCES else code
