"""Merging a defect into another one that describes the same problem."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.defects.live import describe_live
from helpdesk.agent.defects.previews import describe_preview
from helpdesk.agent.defects.suggesting import describe_found, find_by_words
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.defects.common import describe_conflict, get_defect, redirect_to_defect
from helpdesk.shared.numbers import parse_number
from tickets.defects.access import list_defects_for_agent
from tickets.defects.merging import merge_defect
from tickets.defects.updates.preview import preview_merge
from tickets.defects.updates.settings import load_stage_settings
from tickets.errors import ConflictError, ServiceError
from tickets.models import Defect, Stage


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def merge(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Look for the original by key or words, show what customers get, then merge."""
    defect = get_defect(request, defect_number)
    if request.method == "POST":
        return _merge(request, defect)
    original = _find_original(request, defect, request.GET.get("into", ""))
    return _confirm(request, defect, original) if original else _choose(request, defect)


def _find_original(request: AgentRequest, defect: Defect, chosen: str) -> Defect | None:
    """Return the chosen defect if the other one can be merged into it, or None."""
    others = list_defects_for_agent(request.agent).exclude(pk=defect.pk)
    return others.exclude(stage=Stage.DUPLICATE).filter(pk=parse_number(chosen) or 0).first()


def _choose(request: AgentRequest, defect: Defect) -> HttpResponse:
    """Render what was looked for. Each choice leads to its confirmation."""
    words = request.GET.get("q", "").strip()
    settings = load_stage_settings(request.desk.pk)
    found = find_by_words(request.agent, words or defect.title, is_any=not words)
    others = [one for one in found if one.pk != defect.pk and one.stage != Stage.DUPLICATE]
    context = {
        **_build_page(request, defect),
        "words": words,
        "cards": [describe_found(one, settings) for one in others],
        "action": request.path,
        "must_confirm": True,
    }
    return render(request, "agent/defects/choose.html", context)


def _confirm(
    request: AgentRequest, defect: Defect, original: Defect, *, error: str = ""
) -> HttpResponse:
    """Show what customers get, and ask. error: why it wasn't merged (422)."""
    preview = preview_merge(defect, get_defect(request, original.number))
    context = {
        **_build_page(request, defect),
        **describe_preview(preview),
        "card": describe_found(original, load_stage_settings(request.desk.pk)),
        "action": request.get_full_path(),
        "button": _("Merge into this one"),
        "revision": defect.revision,
        "error": error,
    }
    return render(request, "agent/defects/confirm.html", context, status=422 if error else 200)


def _build_page(request: AgentRequest, defect: Defect) -> dict[str, Any]:
    """Return what both pages say."""
    return {
        **build_shell(request, current="defects"),
        "page_title": _("Merge %(defect)s into another defect") % {"defect": defect.key},
        "intro": defect.title,
        "back_url": reverse("agent:defect", args=[defect.number]),
        "back_label": defect.key,
        "field": "into",
        "hint": _("Its tickets and followers move there. This can't be undone."),
        "live": describe_live(defect),
    }


def _merge(request: AgentRequest, defect: Defect) -> HttpResponse:
    chosen = Defect.objects.filter(
        desk=request.desk, pk=parse_number(request.POST.get("into", "")) or 0
    ).first()
    if chosen is None:
        error = _("Choose the defect to merge into.")
        return redirect_to_defect(request, defect.number, error=error)
    revision = parse_number(request.POST.get("revision", "")) or 0
    try:
        original = merge_defect(
            defect_id=defect.pk,
            into_id=chosen.pk,
            agent=request.agent,
            at=timezone.now(),
            expected=revision,
        )
    except ServiceError as refusal:
        return _refuse(request, defect, refusal, revision=revision)
    success = _("%(defect)s was merged into this defect.") % {"defect": defect.key}
    return redirect_to_defect(request, original.number, success=success)


def _refuse(
    request: AgentRequest, defect: Defect, refusal: ServiceError, *, revision: int
) -> HttpResponse:
    """Say why it wasn't merged: where it is confirmed, or on its page if it has been merged."""
    current = get_defect(request, defect.number)
    if current.stage == Stage.DUPLICATE or not isinstance(refusal, ConflictError):
        return redirect_to_defect(request, defect.number, error=str(refusal))
    original = _find_original(request, current, request.POST.get("into", ""))
    if original is None:
        return redirect_to_defect(request, defect.number, error=str(refusal))
    is_newer = current.revision != revision
    error = describe_conflict(current) if is_newer else str(refusal)
    return _confirm(request, current, original, error=error)
