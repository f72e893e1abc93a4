"""The start of the API: where its documentation, its schema and its resources are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk.api.base import DeskView
from helpdesk.shared.links import build_desk_url


def list_places(patterns: Iterable[URLPattern]) -> tuple[str, ...]:
    """Return the paths that a GET reads without naming a row, such as "tickets/", sorted."""
    found = []
    for pattern in patterns:
        place, view = str(pattern.pattern), getattr(pattern.callback, "view_class", None)
        if "<" not in place and view is not None and view.has_method("get"):
            found.append(place)
    return tuple(sorted(found))


class IndexView(DeskView):
    """places: the paths of the resources."""

    places: tuple[str, ...] = ()

    def check_permissions(self, request: Request) -> None:
        """Allow every agent, and every token regardless of its scopes."""
        APIView.check_permissions(self, request)

    @extend_schema(exclude=True, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Return the URLs of the documentation, the schema, and the resources by their path."""
        desk = self.agent.desk
        start = build_desk_url(desk, "api:index")
        found: dict[str, Any] = {
            "documentation": build_desk_url(desk, "api_docs:overview"),
            "schema": build_desk_url(desk, "api:schema"),
            "problems": build_desk_url(desk, "api:problems"),
            "resources": {place.strip("/"): f"{start}{place}" for place in self.places},
        }
        return Response(found)
