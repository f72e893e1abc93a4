"""Reasons why the holidays of a source can't be found: codes to store, and their sentences. Pure.

A failing source keeps the holidays it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.network.errors import REQUEST_SENTENCES, URL_SENTENCES
from accounts.sentences import CodedError, fill_sentence


class SourceProblem(StrEnum):
    """Codes of a source's own problems. Rows store them, so a code is never renamed."""

    UNKNOWN_COUNTRY = "unknown_country"
    BAD_STATUS = "bad_status"
    REDIRECTS = "redirects"
    LARGE_FEED = "large_feed"
    NOT_A_FEED = "not_a_feed"
    MANY_EVENTS = "many_events"
    MANY_HOLIDAYS = "many_holidays"
    NO_HOLIDAYS = "no_holidays"
    NEVER_OPENS = "never_opens"


SENTENCES: dict[str, Promise] = {
    **URL_SENTENCES,
    **REQUEST_SENTENCES,
    SourceProblem.UNKNOWN_COUNTRY: _("No public holidays are known for %(place)s."),
    SourceProblem.BAD_STATUS: _("The feed's server responded with the status %(status)s."),
    SourceProblem.REDIRECTS: _("The feed's URL redirects too often."),
    SourceProblem.LARGE_FEED: _("The feed is larger than %(limit)s MiB."),
    SourceProblem.NOT_A_FEED: _("The response is not an iCalendar feed."),
    SourceProblem.MANY_EVENTS: _("The feed has more than %(limit)s events."),
    SourceProblem.MANY_HOLIDAYS: _(
        "The feed closes more than %(limit)s days in %(year)s. That can't be right."
    ),
    SourceProblem.NO_HOLIDAYS: _("The feed has no all-day events from today on."),
    SourceProblem.NEVER_OPENS: _("With these holidays, the calendar would never open."),
}


class SourceError(CodedError):
    """The holidays of a source can't be found or used. The message says why."""

    sentences = SENTENCES


def describe_failure(code: str, data: Mapping[str, Any]) -> str:
    """Return a stored problem as a sentence in the active language; "" for none."""
    return fill_sentence(SENTENCES.get(code, code), data, code=code) if code else ""
