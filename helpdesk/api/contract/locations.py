"""Addresses that show what a POST did: for the Location header, and for a repeated request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import Resolver404, resolve
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.contract.operations import get_operation


def list_locations(request: Request, response: Response) -> Iterator[str]:
    """Yield the paths below the desk that show what a POST did.

    First the address of the created row, then the objects that the address belongs to, the nearest
    first.
    """
    path, data = request.path_info, getattr(response, "data", None)
    if response.status_code == 201 and isinstance(data, Mapping):
        for name in ("number", "id"):
            created = f"{path}{data.get(name)}/"
            if isinstance(data.get(name), int) and _shows_object(created, name):
                yield created
    while path.count("/") > 4:  # /api/v1/tickets/1/moves/
        if _shows_object(path):
            yield path
        path = f"{path.rstrip('/').rpartition('/')[0]}/"


def find_repeatable(view: Any, request: Request, response: Response) -> str:
    """Return the path below the desk whose GET returns what the POST of a view declares, or ""."""
    is_list = get_operation(view, "POST").is_list
    paths = [request.path_info] if is_list else list_locations(request, response)
    return next((path for path in paths if _returns_same(view, path)), "")


def _returns_same(view: Any, path: str) -> bool:
    """Return True if a GET returns all fields that the POST of a view declares."""
    shown = resolve(path).func.view_class.without_request()  # type: ignore[attr-defined]  # ours
    if not shown.has_method("get"):
        return False
    posted, got = get_operation(view, "POST"), get_operation(shown, "GET")
    if posted.is_list != got.is_list:
        return False
    return any(one and one <= other for one in posted.shapes for other in got.shapes)


def _shows_object(path: str, name: str = "") -> bool:
    """Return True if a GET returns one object. name: "id" or "number", whichever ends the path."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    view = getattr(match.func, "view_class", None)
    last = next(reversed(match.kwargs), "")
    if view is None or not hasattr(view, "shows_object") or not view.shows_object():
        return False
    return not name or last.endswith("number") == (name == "number")
