"""Moving a defect to another stage, releasing its fix, merging and publishing it (M98-M103)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.defects.forms import MoveForm, ReleaseForm
from helpdesk.agent.defects.page import find_next_stage
from helpdesk.agent.defects.previews import (
    describe_known_issue,
    describe_preview,
    describe_told,
)
from helpdesk.agent.defects.publication import PublicationForm
from helpdesk.agent.permissions import AgentRequest, agent_required, write_access_required
from helpdesk.agent.redirects import see_other
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
from tickets.defects.publishing import set_published
from tickets.defects.updates.preview import Preview, preview_move
from tickets.defects.updates.settings import load_stage_settings
from tickets.defects.updates.texts import get_stage_name
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
    if stage == Stage.RELEASED and not defect.releases.exists():
        return see_other(reverse("agent:defect_release", args=[defect_number]))
    entered = request.POST if request.method == "POST" else None
    form = MoveForm(entered, desk=request.desk, defect=defect, has_plan=stage == Stage.PLANNED)
    name = get_stage_name(stage, load_stage_settings(request.desk.pk).get(stage))

    def change() -> HttpResponse:
        plan = form.get_plan() if form.has_plan else None
        preview = preview_move(get_defect(request, defect.number), stage, fields=plan)
        _move(request, defect, stage, form)
        success = _('%(defect)s moved to "%(stage)s".') % {"defect": defect.key, "stage": name}
        success = f"{success} {describe_told(preview)}"
        return redirect_to_defect(request, defect.number, success=success)

    answer = None if "preview" in request.POST else apply_form(request, form, change)
    title = _('Move to "%(stage)s"') % {"stage": name}
    return answer or _render_move(request, defect, stage, form, title=title)


def _render_move(
    request: AgentRequest, defect: Defect, stage: Stage, form: MoveForm, *, title: str
) -> HttpResponse:
    """Render the form with what customers get, by the plan as it was entered."""
    plan = form.get_plan() if form.is_bound and form.is_valid() and form.has_plan else None
    # Another instance, because the preview changes it.
    preview = preview_move(get_defect(request, defect.number), stage, fields=plan)
    return render_defect_form(
        request,
        form,
        defect,
        title=title,
        button=title,
        template=TEMPLATE,
        more=describe_preview(preview),
    )


def _read_stage(request: AgentRequest, defect: Defect) -> Stage:
    """Return the stage that a URL names, or else the next one. Raises Http404 if there is none.

    A duplicate is made by merging.
    """
    chosen = request.GET.get("stage", "") or find_next_stage(Stage(defect.stage))
    if chosen not in Stage.values or chosen == Stage.DUPLICATE:
        raise Http404(_("This stage doesn't exist."))
    return Stage(chosen)


def _move(request: AgentRequest, defect: Defect, stage: Stage, form: MoveForm) -> None:
    """Save the plan, if the stage tells of it, and move. Both or neither."""
    given, now = form.cleaned_data, timezone.now()
    expected = given["revision"]
    if form.has_plan:
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
        preview = _preview_release(request, defect.number, _read_release(form))
        add_release(
            defect_id=defect.pk,
            release=_read_release(form),
            by=Actor.of(request.agent),
            at=timezone.now(),
            expected=form.cleaned_data["revision"],
        )
        success = _("Version %(version)s saved.") % {"version": form.cleaned_data["version"]}
        success = f"{success} {describe_told(preview)}"
        return redirect_to_defect(request, defect.number, success=success)

    answer = None if "preview" in request.POST else apply_form(request, form, change)
    return answer or _render_release(request, defect, form)


def _render_release(request: AgentRequest, defect: Defect, form: ReleaseForm) -> HttpResponse:
    is_complete = form.is_bound and form.is_valid()
    preview = _preview_release(request, defect.number, _read_release(form)) if is_complete else None
    return render_defect_form(
        request,
        form,
        defect,
        title=_("Add a release of the fix"),
        button=_("Release and tell customers"),
        template=TEMPLATE,
        more=describe_preview(preview),
    )


def _read_release(form: ReleaseForm) -> Release:
    given = form.cleaned_data
    return Release(given["version"], given["url"], given.get("line"))


def _preview_release(request: AgentRequest, number: int, found: Release) -> Preview:
    """Return what customers get from a release."""
    defect = get_defect(request, number)
    stage = Stage.VERIFIED if defect.stage == Stage.VERIFIED else Stage.RELEASED
    return preview_move(defect, stage, release=found)


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
            title=given["public_title"],
            text=given["public_text"],
            translations=form.get_translations(),
            at=timezone.now(),
            expected=given["revision"],
        )
        shown = _("The known issue is in the portal.")
        success = shown if given["is_published"] else _("The known issue isn't in the portal.")
        return redirect_to_defect(request, defect.number, success=success)

    answer = None if "preview" in request.POST else apply_form(request, form, change)
    return answer or _render_publication(request, defect, form)


def _render_publication(
    request: AgentRequest, defect: Defect, form: PublicationForm
) -> HttpResponse:
    """Render the form with what the portal shows, by what was entered."""
    shown = get_defect(request, defect.number)
    if form.is_bound and form.is_valid():
        shown.public_title = form.cleaned_data["public_title"]
        shown.public_text = form.cleaned_data["public_text"]
        shown.public_translations = form.get_translations()
    return render_defect_form(
        request,
        form,
        defect,
        title=_("Known issue"),
        button=_("Save known issue"),
        template="agent/defects/publish.html",
        more={"cards": describe_known_issue(shown) if shown.public_title else ()},
    )
