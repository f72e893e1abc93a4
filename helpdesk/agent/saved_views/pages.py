"""Pages of saved views: their list, the form of one, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.queue_queries import (
    read_sidebar,
    read_sidebar_with_choices,
)
from helpdesk.agent.lists.saved_lists import describe_saved
from helpdesk.agent.lists.titles import get_view_url
from helpdesk.agent.lists.toolbar import describe_filters
from helpdesk.agent.lists.views import select_view
from helpdesk.agent.navigation import list_counted
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.saved_views.components import list_lines
from helpdesk.agent.saved_views.counts import count_saved_views
from helpdesk.agent.saved_views.forms import ME, ViewForm, describe_view
from helpdesk.agent.shell import build_shell, frame_shell
from helpdesk.agent.views.form_pages import add_service_error
from helpdesk.shared.components import EmptyState
from helpdesk.shared.drafts import FormDraft
from helpdesk.shared.urls import get_url
from tickets.errors import NotAllowedError, ServiceError
from tickets.models import Column, SavedView
from tickets.saved_views.access import can_change, get_view_for_agent, views_for_agent
from tickets.saved_views.saving import delete_view, move_view, save_view


@agent_page
def show_views(request: AgentRequest) -> HttpResponse:
    """List the views that the agent sees, to change, move and delete them."""
    views = views_for_agent(request.agent).select_related("department")
    empty = EmptyState(
        _("No saved views"),
        _("Filter the ticket list, then choose “Save view” to keep it here."),
        action_url=get_url("agent:queue"),
        action_label=_("Go to tickets"),
    )
    shell = build_shell(request, current="saved_views")
    shown = {"lines": list_lines(views, request.agent), "empty": empty}
    return render(request, "agent/saved_views/list.html", {**shell, **shown})


@agent_page
def show_counts(request: AgentRequest) -> HttpResponse:
    """Return the counts of the sidebar's views by the URL of each, for view_counts.js."""
    at = timezone.now()
    counts = count_saved_views(request.agent, at)
    named = {get_view_url(slug): count for slug, count in counts.items()}
    for section in list_counted(request.agent, read_sidebar(request.agent, at=at)):
        named |= {item.url: item.count for item in section.entries}
    return JsonResponse({"counts": named})


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def enter_view(request: AgentRequest) -> HttpResponse:
    """Show and accept the form that saves a list as a view."""
    parameters = _read_list(request)
    usual = {
        "shared_with": ME,
        "sort": parameters.sort.value,
        "columns": Column.values,
        "list": _get_query(request),
    }
    return _run_form(
        request, parameters, usual, title=_("Save view"), button=_("Save view"), view_id=None
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def edit_view(request: AgentRequest, view_id: int) -> HttpResponse:
    """Show and accept the form that changes a view, with other conditions if a list is given."""
    view = _find(request, view_id)
    if not can_change(request.agent, view):
        raise PermissionDenied(_("Only leads and admins can change shared views."))
    if "list" in request.GET or "list" in request.POST:
        parameters = _read_list(request)
    else:
        saved = describe_saved(view, request.agent)
        parameters = ListParameters.parse(QueryDict(), saved).expand()
    query = urlencode(parameters.get_parameters())
    usual = {**describe_view(view), "sort": parameters.sort.value, "list": query}
    return _run_form(
        request, parameters, usual, title=view.name, button=_("Save changes"), view_id=view.pk
    )


@agent_action
def remove_view(request: AgentRequest, view_id: int) -> HttpResponse:
    """Delete a view."""

    def remove() -> str:
        return _("“%(name)s” was deleted.") % {"name": delete_view(view_id=view_id, by=by)}

    by = request.agent
    return _change(request, view_id, remove)


@agent_action
def reorder_view(request: AgentRequest, view_id: int) -> HttpResponse:
    """Move a view one place up or down."""

    def move() -> str:
        move_view(view_id=view_id, by=request.agent, up=request.POST.get("to") == "up")
        return ""

    return _change(request, view_id, move)


def _change(request: AgentRequest, view_id: int, change: Callable[[], str]) -> HttpResponse:
    _find(request, view_id)
    try:
        success = change()
    except NotAllowedError as refused:
        raise PermissionDenied(str(refused)) from None
    except SavedView.DoesNotExist:
        success = ""  # deleted by a second click
    if success:
        messages.success(request, success)
    return see_other(get_url("agent:saved_views"))


def _find(request: AgentRequest, view_id: int) -> SavedView:
    try:
        return get_view_for_agent(request.agent, view_id)
    except SavedView.DoesNotExist:
        raise Http404(_("This view doesn't exist.")) from None


def _read_list(request: AgentRequest) -> ListParameters:
    """Return the list that is to be saved. Raises Http404 for one that doesn't exist."""
    parameters = ListParameters.parse(QueryDict(_get_query(request)))
    try:
        select_view(request.agent, parameters.view, at=timezone.now())
    except ValueError:
        raise Http404(_("This view doesn't exist.")) from None
    return parameters


def _get_query(request: AgentRequest) -> str:
    given = request.POST if request.method == "POST" else request.GET
    return given.get("list", "")


def _run_form(
    request: AgentRequest,
    parameters: ListParameters,
    usual: dict[str, Any],
    *,
    title: str,
    button: str,
    view_id: int | None,
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ViewForm(data, agent=request.agent, parameters=parameters, initial=usual)
    if form.is_bound and form.is_valid():
        values = form.get_values(parameters)
        try:
            view = save_view(values=values, by=request.agent, at=timezone.now(), view_id=view_id)
        except NotAllowedError as refused:
            raise PermissionDenied(str(refused)) from None
        except ServiceError as refused:
            add_service_error(form, refused)
        else:
            return see_other(get_url("agent:queue", query={"view": view.slug}))
    sidebar = read_sidebar_with_choices(
        request.agent, at=timezone.now(), filters=parameters.filters
    )
    context = {
        **frame_shell(request, sidebar, current="saved_views"),
        "form": form,
        "draft": FormDraft(""),
        "action": request.path,
        "page_title": title,
        "intro": describe_filters(parameters, sidebar, request.desk),
        "submit_label": button,
        "back_url": get_url("agent:saved_views"),
        "back_label": _("Saved views"),
    }
    return render(request, "agent/form_page.html", context, status=422 if form.is_bound else 200)
