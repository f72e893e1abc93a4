"""The R&D queue: a desk's defects by rank (M19)."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Agent, Product
from helpdesk.agent.components.lists import ActiveFilter, FilterField, Toolbar
from helpdesk.agent.defects import lists
from helpdesk.agent.lists.live_interests import DEFECTS
from helpdesk.agent.permissions import AgentRequest, agent_page
from helpdesk.agent.shell import build_shell
from helpdesk.shared.components import EmptyState, Link, Option, Pagination
from helpdesk.shared.cursors import Cursor
from helpdesk.shared.urls import get_url
from tickets.defects.updates.settings import load_stage_settings
from tickets.defects.updates.texts import get_stage_name
from tickets.models import OPEN_STAGES, Severity, Stage, StageSetting

Settings = Mapping[str, StageSetting]
Pairs = list[tuple[str, str]]


@agent_page
def show_defects(request: AgentRequest) -> HttpResponse:
    """Show the defects of a view by rank, or the ended ones by their last change."""
    filters, now = lists.Filters.read(request.GET), timezone.now()
    settings = load_stage_settings(request.desk.pk)
    page = lists.read_page(
        lists.select_defects(request.agent, filters),
        filters.order,
        older_than=Cursor.parse(request.GET.get("older", ""), filters.order),
        newer_than=Cursor.parse(request.GET.get("newer", ""), filters.order),
    )
    context = {
        **build_shell(request, current="defects"),
        "views": _list_views(filters),
        "filters": _build_toolbar(filters, settings, *lists.list_choices(request.desk)),
        "words": filters.words,
        "hidden": _hide(filters, "q"),
        "rows": lists.build_rows(page.defects, settings, now=now),
        "pagination": _paginate(filters, page),
        "empty": _describe_empty(filters),
        "report_url": get_url("agent:new_defect") if request.agent.can_write else "",
        "rows_url": request.get_full_path(),
        "stream_url": get_url("agent:stream", query={"shows": DEFECTS}),
    }
    part = "_rows" if request.htmx else "queue"
    return render(request, f"agent/defects/{part}.html", context)


def _hide(filters: lists.Filters, *names: str) -> tuple[tuple[str, str], ...]:
    """Return the parameters that a form keeps, without those that it sends itself."""
    return tuple(pair for pair in filters.parameters.items() if pair[0] not in names)


def _list_views(filters: lists.Filters) -> list[Link]:
    names = {
        "": pgettext("defects", "Open"),
        "mine": pgettext("defects", "Mine"),
        "ended": pgettext("defects", "Released and closed"),
    }
    return [
        Link(_get_url({"view": view} if view else {}), name, current=view == filters.view)
        for view, name in names.items()
    ]


def _get_url(parameters: Mapping[str, str]) -> str:
    return get_url("agent:defects", query=parameters or None)


def _build_toolbar(
    filters: lists.Filters, settings: Settings, products: list[Product], owners: list[Agent]
) -> Toolbar:
    choices: dict[str, tuple[str, Pairs]] = {
        "stage": (pgettext("of a defect", "Stage"), _list_stages(filters, settings)),
        "severity": (_("Severity"), [(one.value, str(one.label)) for one in Severity]),
        "product": (_("Product"), [(str(one.pk), one.name) for one in products]),
        "owner": (
            _("Owner"),
            [(lists.NOBODY, _("No owner")), *((str(one.pk), one.name) for one in owners)],
        ),
    }
    chosen = filters.parameters
    active = [
        ActiveFilter(label, dict(options)[chosen[name]], _leave_out(filters, name))
        for name, (label, options) in choices.items()
        if chosen.get(name) in dict(options)
    ]
    return Toolbar(
        action=get_url("agent:defects"),
        hidden=_hide(filters, *choices),
        fields=tuple(
            FilterField(name, label, _list_options(options, chosen.get(name, "")))
            for name, (label, options) in choices.items()
            if options
        ),
        active=tuple(active),
        clear_url=_get_url(dict(_hide(filters, *choices))),
        sort=None,
    )


def _list_stages(filters: lists.Filters, settings: Settings) -> Pairs:
    """Return the stages of the view: those that are open, or those that have ended."""
    return [
        (stage.value, get_stage_name(stage, settings.get(stage)))
        for stage in Stage
        if (stage in OPEN_STAGES) != filters.is_of_ended
    ]


def _list_options(options: Pairs, chosen: str) -> tuple[Option, ...]:
    named = (Option(value, label, selected=value == chosen) for value, label in options)
    return (Option("", pgettext("filter", "Any"), selected=not chosen), *named)


def _leave_out(filters: lists.Filters, name: str) -> str:
    return _get_url(dict(_hide(filters, name)))


def _paginate(filters: lists.Filters, page: lists.DefectPage) -> Pagination:
    kept = filters.parameters
    return Pagination(
        newer_url=_get_url({**kept, "newer": str(page.newer)}) if page.newer else "",
        older_url=_get_url({**kept, "older": str(page.older)}) if page.older else "",
        newer_label=_("Previous"),
        older_label=_("Next"),
    )


def _describe_empty(filters: lists.Filters) -> EmptyState:
    if filters.parameters.keys() - {"view"}:
        return EmptyState(
            _("No defects match"),
            _("Change or clear the filters to see more."),
            _get_url({"view": filters.view} if filters.view else {}),
            _("Clear filters"),
        )
    if filters.is_of_ended:
        return EmptyState(_("Nothing here yet"), _("Released and closed defects show up here."))
    if filters.view == "mine":
        return EmptyState(_("No open defects of yours"), _("Defects that you own show up here."))
    return EmptyState(
        _("No open defects"),
        _("Report one from a ticket when its cause is a problem in the product."),
    )
