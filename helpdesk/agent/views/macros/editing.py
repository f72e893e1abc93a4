"""The list of macros, and the forms that create, change and delete them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import Agent
from helpdesk.agent.forms import expect
from helpdesk.agent.macros.cards import describe_for_list
from helpdesk.agent.macros.forms import MacroForm, describe_macro
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_action,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.sending import create_once
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.form_pages import run_page_form
from helpdesk.shared.components import EmptyState, Link, Pagination
from helpdesk.shared.drafts import keeps_draft
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.urls import get_url
from tickets.errors import ConflictError, NotAllowedError
from tickets.macros.access import can_change, list_macros
from tickets.macros.saving import change_macro, create_macro, delete_macro
from tickets.models import Macro
from tickets.rules.sharing import can_share

PAGE = 50
FORM_PAGE = "agent/macros/form.html"
OWN, SHARED = "own", "shared"


@agent_page
def show_macros(request: AgentRequest) -> HttpResponse:
    """List own and shared macros by name, page by page."""
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:200]
    found = search_macros(_filter(list_macros(request.agent), kind), words)
    page, older = _read_page(request, found)
    context = {
        **build_shell(request, current="macros"),
        "kinds": _list_kinds(kind),
        "kind": kind,
        "words": words,
        "lines": [describe_for_list(macro, request.agent) for macro in page],
        "new_url": get_url("agent:new_macro") if request.agent.can_write else "",
        "pagination": Pagination(older_url=older, older_label=_("Next")),
        "empty": describe_empty(words, request.agent),
    }
    return render(request, "agent/macros/page.html", context)


def search_macros(found: QuerySet[Macro], words: str) -> QuerySet[Macro]:
    """Return the macros whose name or reply contains each of these words."""
    for word in words.split()[:10]:
        found = found.filter(Q(name__icontains=word) | Q(text__icontains=word))
    return found


def describe_empty(words: str, agent: Agent) -> EmptyState:
    """Return the empty state of a list of macros."""
    if words:
        return EmptyState(_("No results"), _("No macro contains all of these words."))
    text = _("A macro adds a prepared reply, changes properties, or does both in one step.")
    if not agent.can_write:
        return EmptyState(_("No macros yet"), text)
    return EmptyState(
        _("No macros yet"),
        text,
        action_url=get_url("agent:new_macro"),
        action_label=_("New macro"),
    )


def _filter(found: QuerySet[Macro], kind: str) -> QuerySet[Macro]:
    if kind in (OWN, SHARED):
        return found.filter(owner__isnull=kind == SHARED)
    return found


def _read_page(request: AgentRequest, found: QuerySet[Macro]) -> tuple[list[Macro], str]:
    """Return a page of macros in the order of their names, and the URL of the next page or ""."""
    after = parse_number(request.GET.get("after"))
    start = list_macros(request.agent).filter(pk=after).first() if after else None
    if start:
        later = Q(name__gt=start.name) | Q(name=start.name, pk__gt=start.pk)
        found = found.filter(later)
    page = list(found.select_related("department").order_by("name", "pk")[: PAGE + 1])
    query = {**request.GET.dict(), "after": page[PAGE - 1].pk} if len(page) > PAGE else None
    return page[:PAGE], get_url("agent:macros", query=query) if query else ""


def _list_kinds(kind: str) -> tuple[Link, ...]:
    kinds = [
        ("", pgettext("macros", "All")),
        (OWN, pgettext("macros", "Only you")),
        (SHARED, pgettext("macros", "Shared")),
    ]
    return tuple(
        Link(
            get_url("agent:macros", query={"kind": key} if key else None),
            label,
            current=key == kind,
        )
        for key, label in kinds
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def new_macro(request: AgentRequest) -> HttpResponse:
    """Create an own or a shared macro."""
    form = MacroForm(
        request.POST if request.method == "POST" else None,
        desk=request.desk,
        offers_sharing=can_share(request.agent),
    )

    def change() -> str:
        content, is_shared = form.read_content(), form.cleaned_data.get("is_shared", False)
        create_once(
            request,
            lambda: create_macro(agent=request.agent, content=content, is_shared=is_shared),
            visible=list_macros(request.agent),
        )
        return _("Macro saved.")

    return _run(request, form, change, title=_("New macro"))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
@keeps_draft
def edit_macro(request: AgentRequest, macro_id: int) -> HttpResponse:
    """Change a macro. After a conflict, the second save overwrites what a colleague saved."""
    macro = get_macro_for_change(request, macro_id)
    form = MacroForm(
        request.POST if request.method == "POST" else None,
        desk=request.desk,
        offers_sharing=False,
        initial=describe_macro(macro),
    )

    def change() -> str:
        content, version = form.read_content(), form.cleaned_data["version"]
        try:
            change_macro(
                macro_id=macro.pk, agent=request.agent, content=content, version=version or 0
            )
        except ConflictError:
            expect(form, {"version": str(macro.version)})
            raise
        return _("Macro saved.")

    more = {"delete_url": get_url("agent:macro_deletion", macro.pk)}
    return _run(request, form, change, title=macro.name, more=more)


def _run(
    request: AgentRequest,
    form: MacroForm,
    change: Callable[[], str],
    *,
    title: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    return run_page_form(
        request,
        form,
        change,
        title=title,
        button=_("Save macro"),
        back=Link(get_url("agent:macros"), _("Macros")),
        template=FORM_PAGE,
        more=more,
    )


@agent_action
def remove_macro(request: AgentRequest, macro_id: int) -> HttpResponse:
    """Delete a macro. What it did to tickets stays."""
    macro = get_macro_for_change(request, macro_id)
    try:
        delete_macro(macro_id=macro.pk, agent=request.agent)
        messages.success(request, _("Macro deleted."))
    except NotAllowedError as error:
        messages.error(request, str(error))
    except Macro.DoesNotExist:  # a colleague was faster
        messages.success(request, _("Macro deleted."))
    return see_other(get_url("agent:macros"))


def get_macro_for_change(request: AgentRequest, macro_id: int) -> Macro:
    """Return a macro that the agent may change. Raises Http404."""
    macro = list_macros(request.agent).filter(pk=macro_id).first()
    if macro is None or not can_change(request.agent, macro):
        raise Http404
    return macro
