"""Moving a defect to another stage, releasing its fix, merging and publishing it (M98-M103)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from helpdesk.agent.defects.components import TextCard
from helpdesk.agent.defects.forms import MoveForm, PublicationForm, ReleaseForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.views.defects.common import (
    apply_form,
    get_defect,
    redirect_to_defect,
    render_defect_form,
)
from helpdesk.shared.drafts import keeps_draft
from tickets.actors import Actor
from tickets.defects.creating import change_defect
from tickets.defects.moving import Release, add_release, move_stage
from tickets.defects.preview import Preview, preview_move
from tickets.defects.publishing import set_published
from tickets.defects.selectors import load_stage_settings
from tickets.defects.texts import get_stage_name
from tickets.models import Defect, Stage

METHODS = ["GET", "HEAD", "POST"]
TEMPLATE = "agent/defects/move.html"


@require_http_methods(METHODS)
@agent_required
@write_access_required
@keeps_draft
def move(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Show what customers get, then move a defect to the stage in "?stage="."""
    defect = get_defect(request, defect_number)
    stage = _read_stage(request, defect)
    entered = request.POST if request.method == "POST" else None
    form = MoveForm(entered, defect=defect, has_plan=stage == Stage.PLANNED)
    setting = load_stage_settings(request.desk.pk).get(stage)
    name = get_stage_name(stage, setting)

    def change() -> HttpResponse:
        _move(request, defect, stage, form)
        success = _('%(defect)s is now at "%(stage)s".') % {"defect": defect.key, "stage": name}
        return redirect_to_defect(request, defect.number, success=success)

    answer = None if "preview" in request.POST else apply_form(request, form, change)
    plan = (
        form.get_plan()
        if form.is_bound and form.is_valid() and "plan_text" in form.fields
        else None
    )
    return answer or render_defect_form(
        request,
        form,
        defect,
        title=_('Move to "%(stage)s"') % {"stage": name},
        button=_('Move to "%(stage)s"') % {"stage": name},
        template=TEMPLATE,
        more=describe_preview(preview_move(get_defect(request, defect_number), stage, fields=plan)),
    )


def _read_stage(request: AgentRequest, defect: Defect) -> Stage:
    """Return the stage that a URL names. Raises Http404 for one that has a form of its own."""
    chosen = request.GET.get("stage", "")
    if chosen not in Stage.values or chosen == Stage.DUPLICATE:
        raise Http404(_("This stage doesn't exist."))
    return Stage(chosen)


def _move(request: AgentRequest, defect: Defect, stage: Stage, form: MoveForm) -> None:
    """Save the plan, if the stage tells of it, and move. Both or neither."""
    given, now = form.cleaned_data, timezone.now()
    expected = given["revision"]
    if "plan_text" in form.fields:
        changed = change_defect(
            defect_id=defect.pk,
            agent=request.agent,
            fields=form.get_plan(),
            at=now,
            expected=expected,
        )
        expected = changed.revision
    move_stage(
        defect_id=defect.pk,
        stage=stage,
        by=Actor.of(request.agent),
        at=now,
        why=given["why"],
        expected=expected,
    )


@require_http_methods(METHODS)
@agent_required
@write_access_required
@keeps_draft
def release(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Enter a version with the fix, for a product line or for all."""
    defect = get_defect(request, defect_number)
    entered = request.POST if request.method == "POST" else None
    form = ReleaseForm(entered, defect=defect)

    def change() -> HttpResponse:
        add_release(
            defect_id=defect.pk,
            release=_read_release(form),
            by=Actor.of(request.agent),
            at=timezone.now(),
            expected=form.cleaned_data["revision"],
        )
        success = _("Version %(version)s saved.") % {"version": form.cleaned_data["version"]}
        return redirect_to_defect(request, defect.number, success=success)

    answer = None if "preview" in request.POST else apply_form(request, form, change)
    found = _read_release(form) if form.is_bound and form.is_valid() else None
    return answer or render_defect_form(
        request,
        form,
        defect,
        title=_("Enter a release of the fix"),
        button=_("Release and tell customers"),
        template=TEMPLATE,
        more=describe_preview(_preview_release(request, defect_number, found)),
    )


def _read_release(form: ReleaseForm) -> Release:
    given = form.cleaned_data
    return Release(given["version"], given["url"], given.get("line"))


def _preview_release(request: AgentRequest, number: int, found: Release | None) -> Preview | None:
    """Return what customers get. Before a version is entered, nothing can be said."""
    if found is None:
        return None
    defect = get_defect(request, number)
    stage = Stage.VERIFIED if defect.stage == Stage.VERIFIED else Stage.RELEASED
    return preview_move(defect, stage, release=found)


def describe_preview(preview: Preview | None) -> dict[str, Any]:
    """Return the context of the preview in agent/defects/move.html."""
    if preview is None:
        return {"texts": (), "audience": (), "has_preview": False}
    languages = dict(django_settings.LANGUAGES)
    return {
        "has_preview": True,
        "audience": tuple(_describe_audience(preview)),
        "texts": tuple(
            TextCard(str(languages.get(one.language, one.language)), one.text, _count(one.tickets))
            for one in preview.texts
        ),
    }


def _count(tickets: int) -> str:
    return ngettext("%(count)s ticket", "%(count)s tickets", tickets) % {"count": tickets}


def _describe_audience(preview: Preview) -> list[str]:
    told = ngettext(
        "The customer of %(count)s ticket is told now.",
        "The customers of %(count)s tickets are told now.",
        preview.told,
    ) % {"count": preview.told}
    silent = ngettext(
        "The customer of %(count)s ticket is told nothing.",
        "The customers of %(count)s tickets are told nothing.",
        preview.silent,
    ) % {"count": preview.silent}
    waiting = [_describe_waiting(line, tickets) for line, tickets in preview.waiting.items()]
    return [
        told if preview.told else _("No customer is told anything now."),
        *waiting,
        *([silent] if preview.told and preview.silent else []),
    ]


def _describe_waiting(line: str, tickets: int) -> str:
    return ngettext(
        "The customer of %(count)s ticket hears of the fix when %(line)s has it.",
        "The customers of %(count)s tickets hear of the fix when %(line)s has it.",
        tickets,
    ) % {"count": tickets, "line": line}


@require_http_methods(METHODS)
@agent_required
@write_access_required
@keeps_draft
def publish(request: AgentRequest, defect_number: int) -> HttpResponse:
    """Publish a defect as a known issue, edit that, or take it out of the portal."""
    defect = get_defect(request, defect_number)
    form = PublicationForm(request.POST if request.method == "POST" else None, defect=defect)

    def change() -> HttpResponse:
        given: Mapping[str, Any] = form.cleaned_data
        set_published(
            defect_id=defect.pk,
            agent=request.agent,
            is_published=given["is_published"],
            title=given["title"],
            text=given["text"],
            at=timezone.now(),
            expected=given["revision"],
        )
        shown = _("The known issue is in the portal.")
        success = shown if given["is_published"] else _("The known issue isn't in the portal.")
        return redirect_to_defect(request, defect.number, success=success)

    return apply_form(request, form, change) or render_defect_form(
        request, form, defect, title=_("Known issue"), button=_("Save known issue")
    )
