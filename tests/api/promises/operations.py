"""All operations of the API, from its addresses: what holds for each is tested for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from rest_framework.settings import api_settings

from helpdesk.api.base import DeskView
from helpdesk.api.urls import urlpatterns

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FILLED = {"int": "1", "slug": "x", "str": "x", "uuid": "8e03978e-40d5-43e8-bc93-6894a57f9324"}


@dataclass(frozen=True)
class Listed:
    """An operation. path: below api/v1/, with any ids."""

    name: str
    path: str
    method: str
    view: type[DeskView]

    @property
    def url(self) -> str:
        return f"/rocket/api/v1/{self.path}"

    def build_view(self) -> DeskView:
        """Return the view as the schema sees it, without a request."""
        return self.view.without_request()

    def build_schema(self) -> Any:
        """Return what describes the operation to drf-spectacular."""
        handler = getattr(self.view, self.method.lower())
        default = api_settings.DEFAULT_SCHEMA_CLASS
        schema = getattr(handler, "kwargs", {}).get("schema", default)()
        schema.view, schema.method, schema.path = self.build_view(), self.method, ""
        return schema

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def list_operations(*methods: str) -> list[Listed]:
    """Return the operations with these methods, or all."""
    return [one for one in _walk(urlpatterns, "") if one.method in (methods or METHODS)]


def _walk(patterns: list[Any], prefix: str) -> Iterator[Listed]:
    for entry in patterns:
        path = prefix + _fill(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, path)
            continue
        assert isinstance(entry, URLPattern)
        view = getattr(entry.callback, "view_class", None)
        if view is None or not issubclass(view, DeskView):
            continue
        for method in METHODS:
            if method.lower() in view.http_method_names and hasattr(view, method.lower()):
                yield Listed(entry.name or "", path, method, view)


def _fill(pattern: Any) -> str:
    path = str(pattern)
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        path = path.replace(f"<{kind}:{name}>", FILLED[kind])
    return path
