"""Memory of short texts that lists make again and again, one per language."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec

from django.utils.translation import get_language

MAX_TEXTS = 4096  # per function
P = ParamSpec("P")


def cached_per_language(function: Callable[P, str]) -> Callable[P, str]:
    """Remember what a pure function of hashable arguments returns, per active language.

    A queue of 50 rows needs hundreds of short translated texts, most of them the same ones.
    """

    @lru_cache(maxsize=MAX_TEXTS)
    def remember(language: str | None, *args: P.args, **kwargs: P.kwargs) -> str:
        return function(*args, **kwargs)

    @wraps(function)
    def cached(*args: P.args, **kwargs: P.kwargs) -> str:
        return remember(get_language(), *args, **kwargs)  # type: ignore[arg-type]  # hashable

    return cached
