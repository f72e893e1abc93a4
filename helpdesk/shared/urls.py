"""Cached URLs of views. A page has dozens, and most are the same as on the previous page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.http import urlencode

MAX_URLS = 8192


def get_url(name: str, *args: int | str, query: Mapping[str, Any] | None = None) -> str:
    """Return the URL of a view at the current desk, like reverse()."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    url = _reverse(get_script_prefix(), urlconf, name, args)
    return f"{url}?{urlencode(query)}" if query else url


@lru_cache(maxsize=MAX_URLS)
def _reverse(prefix: str, urlconf: str, name: str, args: tuple[int | str, ...]) -> str:
    return reverse(name, urlconf=urlconf, args=args)
