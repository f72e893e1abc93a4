"""The schema of the API for programs, as JSON or YAML."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk.api.base import DeskView
from helpdesk.api.schema.published import get_document
from helpdesk.shared.links import build_desk_url


class JSONDocument(JSONRenderer):
    """A document that is text already. Errors are rendered as usual."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return data.encode() if isinstance(data, str) else super().render(data, *args, **kwargs)


class YAMLDocument(JSONDocument):
    """YAML (RFC 9512)."""

    media_type = "application/yaml"
    format = "yaml"
    charset = "utf-8"


class SchemaView(DeskView):
    """The schema names the desk's own server, so that clients need no other setting."""

    renderer_classes = [JSONDocument, YAMLDocument]

    def check_permissions(self, request: Request) -> None:
        """Allow every agent, and every token regardless of its scopes."""
        APIView.check_permissions(self, request)

    @extend_schema(exclude=True, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Return the schema in the reader's language; ?format=yaml or Accept chooses YAML."""
        form = request.accepted_renderer.format
        server = build_desk_url(self.agent.desk, "api:schema").removesuffix("/schema/")
        return Response(get_document(get_language() or "en", form=form, server=server))
