"""Every URL of the installation, read from the URL configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern


@dataclass(frozen=True)
class Route:
    """A named URL below a desk's path. name: its key in the policy table."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    is_reversible: bool

    def get_url(self, values: dict[str, Any], desk: str) -> str:
        """Return the path below a desk with its parameters filled in."""
        if self.is_reversible:
            kwargs = {name: values[name] for name in self.parameters}
            return f"/{desk}{reverse(self.name, kwargs=kwargs)}"
        path = self.pattern
        for name in self.parameters:
            path = path.replace(f"<path:{name}>", str(values[name]))
        return f"/{desk}/{path}"


def list_routes() -> list[Route]:
    """Return all routes in order. One without a name is named after its pattern."""
    found = list(_walk_patterns(get_resolver().url_patterns, prefix="", spaces=()))
    by_name = {route.name: route for route in found}  # a repeated name is one URL
    return list(by_name.values())


def _walk_patterns(patterns: list[Any], *, prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk_patterns(entry.url_patterns, prefix=path, spaces=inner)
        else:
            yield _describe(entry, path, spaces)


def _describe(entry: URLPattern, path: str, spaces: tuple[str, ...]) -> Route:
    pattern = entry.pattern
    groups = pattern.regex.groupindex if isinstance(pattern, RegexPattern) else pattern.converters
    name = ":".join([*spaces, entry.name]) if entry.name else _name_by_path(path)
    return Route(name, path, tuple(groups), is_reversible=bool(entry.name))


def _name_by_path(path: str) -> str:
    """Return a name for a URL without one: the admin's table shortcuts and its catch-all."""
    if path == "admin/(?P<url>.*)$":
        return "admin:OTHER"
    table = path.removesuffix("/<path:object_id>/").removeprefix("admin/")
    return f"admin:{table.replace('/', '_')}" if table != path else path


ROUTES = list_routes()
