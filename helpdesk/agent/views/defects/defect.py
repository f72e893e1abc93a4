"""The page of a defect."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from helpdesk.agent.code_links import build_code_panel
from helpdesk.agent.defects.forms import DefectFollowerForm, NoteForm
from helpdesk.agent.defects.live import describe_live, describe_news
from helpdesk.agent.defects.page import describe_page
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.defects.common import get_defect
from helpdesk.shared.drafts import open_draft, restore
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.defects.updates.settings import load_stage_settings
from tickets.models import Defect


@agent_page
def show_defect(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Show a defect: its texts, tickets, accounts, rank and history."""
    return render_defect(request, get_defect(request, defect_number))


@agent_page
def show_news(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Show what others have done to a defect after the event in "?seen="; 204 for nothing."""
    defect = get_defect(request, defect_number)
    settings = load_stage_settings(request.desk.pk)
    seen = parse_number(request.GET.get("seen", "")) or 0
    sentence = describe_news(defect, request.agent, settings, seen=seen)
    if not sentence:
        return HttpResponse(status=204)
    return render(request, "agent/defects/_news_text.html", {"sentence": sentence})


def render_defect(
    request: AgentRequest, defect: Defect, *, note: forms.Form | None = None
) -> HttpResponse:
    """Render a defect's page. note: as it was sent, if it was refused (422)."""
    action = get_url("agent:defect_note", defect.number)
    draft = open_draft(request, action=action, save_view="agent:drafts")
    form = note or NoteForm()
    if not form.is_bound:
        restore(form, draft)
    context = {
        **build_shell(request, current="defects"),
        **_describe(request, defect),
        "live": describe_live(defect),
        "note_form": form if request.agent.can_write else None,
        "form": form,
        "draft": draft,
        "note_url": action,
    }
    status = 422 if form.is_bound else 200
    return render(request, "agent/defects/page.html", context, status=status)


def _describe(request: AgentRequest, defect: Defect) -> dict[str, Any]:
    """Return what the page says about a defect, with its code and the form for a follower."""
    agent, now = request.agent, timezone.now()
    page = describe_page(
        defect,
        agent,
        load_stage_settings(defect.desk_id),
        now=now,
        is_whole="all" in request.GET,
        before=parse_number(request.GET.get("before", "")),
    )
    following = [line.agent_id for line in page["followers"]]
    can_add = agent.can_write or not page["is_following"]
    return {
        **page,
        "code": build_code_panel(defect, can_change=agent.can_write, now=now),
        "follower_form": DefectFollowerForm(by=agent, following=following) if can_add else None,
        "followers_url": get_url("agent:defect_followers", defect.number),
        "removal_url": get_url("agent:defect_follower_removal", defect.number),
    }
