"""The document as it is published: built once per process and language, with the desk's server."""

from __future__ import annotations

import json
from functools import lru_cache
from threading import Lock
from typing import Any

import yaml
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from helpdesk.api.schema.examples import ANY_DESK, ANY_SERVER

_building = Lock()


def get_schema(language: str) -> dict[str, Any]:
    """Return the schema with its texts in a language. Its only server is ANY_SERVER, at ANY_DESK.

    The first call in a process takes seconds, so threads wait for one another. The result is
    shared: don't change it.
    """
    with _building:
        return _build_schema(language)


def get_document(language: str, *, form: str, server: str) -> str:
    """Return the schema as text. form: "json" or "yaml". server: the URL of the desk's api/v1."""
    with _building:
        document = _write_document(language, form)
    return document.replace(ANY_DESK, server.removesuffix("/api/v1"))


@lru_cache
def _build_schema(language: str) -> dict[str, Any]:
    with translation.override(language):
        schema: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return schema | {"servers": [{"url": ANY_SERVER}]}


@lru_cache
def _write_document(language: str, form: str) -> str:
    schema = _build_schema(language)
    if form == "json":
        return json.dumps(schema, ensure_ascii=False)
    return yaml.dump(
        schema, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False
    )


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # C if built
    """Write repeated objects in full: few readers of OpenAPI know anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
