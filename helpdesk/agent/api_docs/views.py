"""The pages that document the API: an overview with a search, guides, and a page for each area."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.agent.api_docs.components import AreaDoc
from helpdesk.agent.api_docs.reading import read_areas
from helpdesk.agent.api_docs.samples import write_samples
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.api.schema.examples import ANY_SERVER
from helpdesk.shared.links import build_desk_url

MAX_WORDS_LENGTH = 100


@agent_page
def show_overview(request: AgentRequest) -> HttpResponse:
    """List all operations by area, or those that match the words of a search."""
    words = request.GET.get("q", "").strip()[:MAX_WORDS_LENGTH]
    areas = _search(read_areas(_get_language()), words)
    context = {
        **build_shell(request),
        "areas": areas,
        "words": words,
        "count": sum(len(area.operations) for area in areas),
        "server": _get_server(request),
    }
    return render(request, "agent/api_docs/overview.html", context)


@agent_page
def show_guides(request: AgentRequest) -> HttpResponse:
    """Show what all operations share: signing in, pages, errors, retries."""
    context = {**build_shell(request), "samples": write_samples(_get_server(request))}
    return render(request, "agent/api_docs/guides.html", context)


@agent_page
def show_area(request: AgentRequest, area: str) -> HttpResponse:
    """Show every operation of an area with its fields, examples and errors."""
    found = next((one for one in read_areas(_get_language()) if one.key == area), None)
    if found is None:
        raise Http404
    operations = _render_operations(_get_language(), area)
    server = escape(_get_server(request))
    context = {
        **build_shell(request),
        "area": found,
        "operations": mark_safe(operations.replace(ANY_SERVER, server)),  # noqa: S308 rendered above
    }
    return render(request, "agent/api_docs/area.html", context)


@lru_cache
def _render_operations(language: str, area: str) -> SafeString:
    """Return the operations of an area as HTML: the same for every desk but for ANY_SERVER."""
    found = next(one for one in read_areas(language) if one.key == area)
    return render_to_string("agent/api_docs/operations.html", {"operations": found.operations})


def _search(areas: tuple[AreaDoc, ...], words: str) -> list[AreaDoc]:
    wanted = words.lower().split()
    found = [
        replace(area, operations=tuple(one for one in area.operations if one.mentions(wanted)))
        for area in areas
    ]
    return [area for area in found if area.operations]


def _get_server(request: AgentRequest) -> str:
    return build_desk_url(request.desk, "api:schema").removesuffix("/schema/")


def _get_language() -> str:
    return get_language() or "en"
