"""Reasons for setting aside events of code hosts: codes to store, and sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import fill_sentence


class CodeReason(StrEnum):
    UNREADABLE = "unreadable"
    OTHER_REPOSITORY = "other_repository"
    UNKNOWN_EVENT = "unknown_event"
    UNKNOWN_ITEM = "unknown_item"
    OUTSIDER = "outsider"
    FAILED = "failed"


SENTENCES: dict[str, Promise] = {
    CodeReason.UNREADABLE: _("The body isn't the JSON that this kind of event should have."),
    CodeReason.OTHER_REPOSITORY: _(
        "The event is about %(repository)s, which is not the repository of this connection."
    ),
    CodeReason.UNKNOWN_EVENT: _("Plumbline doesn't use this kind of event."),
    CodeReason.UNKNOWN_ITEM: _(
        "%(item)s isn't linked to a defect and doesn't mention one, or a ticket that is"
        " linked to one."
    ),
    CodeReason.OUTSIDER: _(
        "%(item)s comes from someone who isn't a member of the project, so it links and moves"
        " nothing. To link it anyway, enter its URL on the defect's page."
    ),
    CodeReason.FAILED: _("Processing failed: %(error)s"),
}


def describe_reason(code: str, data: Mapping[str, Any]) -> str:
    """Return a stored reason as a sentence, or "" for none."""
    return fill_sentence(SENTENCES[code], data, code=code) if code in SENTENCES else code
