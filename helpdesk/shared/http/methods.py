"""Views by method: pages, and changes that accept only POST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.urls import Resolver404, get_script_prefix, resolve
from django.views.decorators.http import require_POST

View = TypeVar("View", bound=Callable[..., Any])


def post_only(view: View) -> View:
    """Accept only POST, so that no link or redirect leads to this URL."""
    guarded: Any = require_POST(view)
    guarded.is_post_only = True
    return cast(View, guarded)


def answers_get(view: Callable[..., Any]) -> bool:
    """Return False for a view that accepts only POST."""
    return not getattr(view, "is_post_only", False)


def find_page(path: str) -> str:
    """Return the URL of the page that a path below the desk belongs to: one that answers GET.

    That is the path itself, or the nearest one above it; home in the end. path: may have a query.
    """
    page = path.partition("?")[0]
    if _is_page(page):
        return _below_desk(path)
    while page.strip("/"):
        page = page.rstrip("/").rpartition("/")[0] + "/"
        if _is_page(page):
            return _below_desk(page)
    return _below_desk("/")


def _is_page(path: str) -> bool:
    try:
        found = resolve(path)
    except Resolver404:
        return False
    # Routes without a name are Django admin's catch-all and its shortcuts.
    return bool(found.url_name) and answers_get(found.func)


def _below_desk(path: str) -> str:
    return get_script_prefix() + path.removeprefix("/")
