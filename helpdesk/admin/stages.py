"""The stage editor: what each stage of a defect is called, and what customers are told about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.admin.unsent import UNSENT
from helpdesk.admin.rendering import render_page
from helpdesk.admin.stage_forms import Preview, StageForm
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.numbers import parse_number
from tickets.defects.updates.news import describe_facts
from tickets.defects.updates.plans import get_whole_plan
from tickets.defects.updates.settings import (
    StageConflictError,
    load_stage_settings,
    save_stage_settings,
)
from tickets.defects.updates.texts import PLACEHOLDERS
from tickets.models import Defect, DefectRelease, Stage

MAX_SAMPLES = 20


@dataclass(frozen=True, slots=True)
class StageSection:
    """One stage of the page (templates/admin/stages.html). usual: its name without a setting."""

    form: StageForm
    usual: str
    previews: list[Preview]


@keeps_draft
def edit_stages(request: AdminRequest) -> HttpResponse:
    """Show the ten stages; post them to save all, or none if there is an error.

    With "preview" in the form, show what customers would read, and save nothing.
    """
    require_desk_admin(request)
    forms = _build_forms(request)
    if request.method != "POST":
        return _show(request, forms)
    if any(form.errors for form in forms):
        return _show(request, forms, status=422)
    return _show(request, forms) if "preview" in request.POST else _save(request, forms)


def _build_forms(request: AdminRequest) -> list[StageForm]:
    stored = load_stage_settings(request.desk.pk)
    data: Mapping[str, Any] | None = None
    if request.method == "POST":
        data = request.POST
    elif request.unsent_fields is not None:
        messages.warning(request, str(UNSENT))
        data = {name: values[-1] for name, values in request.unsent_fields.items()}
    return [
        StageForm(data, desk=request.desk, stage=stage, stored=stored.get(stage)) for stage in Stage
    ]


def _save(request: AdminRequest, forms: list[StageForm]) -> HttpResponse:
    changed = [form for form in forms if form.has_changed()]
    seen = {form.stage.value: form.cleaned_data["seen"] for form in changed}
    settings = [form.build() for form in changed]
    try:
        count = save_stage_settings(
            desk=request.desk, settings=settings, seen=seen, user=request.user
        )
    except StageConflictError:
        messages.warning(
            request,
            _("Another admin saved at the same time. Check the texts and save again."),
        )
        return _show(request, _refresh(request, forms), status=422)
    if count:
        text = ngettext("%(count)s stage was changed.", "%(count)s stages were changed.", count)
        messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("admin:stages"), status=303)


def _refresh(request: AdminRequest, forms: list[StageForm]) -> list[StageForm]:
    """Return the forms as typed, with the present versions: saving again overwrites."""
    posted = request.POST.copy()
    for form in forms:
        posted[form.add_prefix("seen")] = form.version
    stored = load_stage_settings(request.desk.pk)
    return [
        StageForm(posted, desk=request.desk, stage=stage, stored=stored.get(stage))
        for stage in Stage
    ]


def _show(request: AdminRequest, forms: list[StageForm], *, status: int = 200) -> HttpResponse:
    defects = Defect.objects.filter(desk=request.desk).select_related("desk", "product")
    defects = defects.exclude(stage=Stage.DUPLICATE)  # it has no text of its own
    samples = list(defects.order_by("-updated_at", "-id")[:MAX_SAMPLES])
    asked = parse_number(request.POST.get("sample") or request.GET.get("sample"))
    telling = sorted(samples, key=lambda each: not (each.plan_text or each.workaround))
    sample = next((each for each in samples if each.number == asked), next(iter(telling), None))
    release = sample.releases.first() if sample else None
    list_facts = partial(_list_facts, request.desk.ticket_prefix, sample, release)
    return render_page(
        request,
        "admin/stages.html",
        title=_("Stages of defects"),
        status=status,
        sections=[
            StageSection(form, str(form.stage.label), form.preview(list_facts)) for form in forms
        ],
        samples=samples,
        sample=sample,
        is_preview="preview" in request.POST,
        has_errors=any(form.errors for form in forms if form.is_bound),
        placeholders=[(f"{{{name}}}", label) for name, label in PLACEHOLDERS.items()],
    )


def _list_facts(
    prefix: str, sample: Defect | None, release: DefectRelease | None
) -> dict[str, str]:
    """Return the facts of a real defect, or what each placeholder stands for."""
    if sample is None:
        return {name: f"[{label}]" for name, label in PLACEHOLDERS.items()}
    plan = get_whole_plan(sample)
    return describe_facts(sample, reference=f"{prefix}-1001", plan=plan, release=release)
