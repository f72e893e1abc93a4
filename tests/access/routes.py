"""Every address of the installation, read from the URL configuration itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern


@dataclass(frozen=True)
class Route:
    """A named address below a desk's path. ``name`` is the key of its line in the policy table."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    is_reversible: bool

    def address(self, values: dict[str, Any], desk: str) -> str:
        """The path below a desk, with its parameters filled in."""
        if self.is_reversible:
            kwargs = {name: values[name] for name in self.parameters}
            return f"/{desk}{reverse(self.name, kwargs=kwargs)}"
        path = self.pattern
        for name in self.parameters:
            path = path.replace(f"<path:{name}>", str(values[name]))
        return f"/{desk}/{path}"


def list_routes() -> list[Route]:
    """All routes in the order of the configuration; one that has no name is called by its pattern."""
    found = list(_walk(get_resolver().url_patterns, prefix="", spaces=()))
    return list(
        {route.name: route for route in found}.values()
    )  # a name given twice is one address


def _walk(patterns: list[Any], *, prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry.url_patterns, prefix=path, spaces=inner)
        else:
            yield _describe(entry, path, spaces)


def _describe(entry: URLPattern, path: str, spaces: tuple[str, ...]) -> Route:
    pattern = entry.pattern
    groups = pattern.regex.groupindex if isinstance(pattern, RegexPattern) else pattern.converters
    name = ":".join([*spaces, entry.name]) if entry.name else _call(path)
    return Route(name, path, tuple(groups), is_reversible=bool(entry.name))


def _call(path: str) -> str:
    """A name for an address without one; the admin site has one for each table and one for all that is left."""
    if path == "admin/(?P<url>.*)$":
        return "admin:OTHER"
    table = path.removesuffix("/<path:object_id>/").removeprefix("admin/")
    return f"admin:{table.replace('/', '_')}" if table != path else path


ROUTES = list_routes()
