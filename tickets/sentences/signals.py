"""Signals: what a channel noticed about many messages or one, for the team that it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Signal(StrEnum):
    """Codes of signals. The comment names the parameters."""

    CRITICAL_WORDS = "critical_words"  # words
    RATING_DROP = "rating_drop"  # now, normal: averages
    MANY_REVIEWS = "many_reviews"  # count: of a day, normal


SENTENCES: dict[str, Promise] = {
    Signal.CRITICAL_WORDS: _(
        "Critical keywords in a review: %(words)s. Link a suggested defect, or report a new one."
    ),
    Signal.RATING_DROP: _(
        "Ratings are dropping: %(now)s on average in the last 24 hours, %(normal)s in the two"
        " weeks before. Link a suggested defect, or report a new one."
    ),
    Signal.MANY_REVIEWS: _(
        "Unusually many reviews: %(count)s in the last 24 hours, %(normal)s a day in the two weeks"
        " before. Link a suggested defect, or report a new one."
    ),
}


def describe_signal(data: Mapping[str, Any]) -> str:
    """Return a signal as a sentence in the active language."""
    sentence = SENTENCES.get(str(data.get("signal")))
    return str(sentence) % data if sentence else str(data.get("signal"))
