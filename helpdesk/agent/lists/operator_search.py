"""A search with operators, redirected to the list with the filters that they stand for."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from helpdesk.agent.lists.filters import list_sorts
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.operators import describe_doubt, list_operators, resolve
from helpdesk.agent.permissions import AgentRequest
from tickets.search.operators import Parsed, parse_operators

MAX_DOUBTS = 3  # a pasted log has many words with a colon


def follow_operators(request: AgentRequest, parameters: ListParameters) -> HttpResponse | None:
    """Return a redirect to what the operators among the words mean, or None if there are none.

    What can't be read is said in messages, and the rest is still searched. Without other words, the
    result is a list of all tickets, or of the open ones if they are asked for by their deadline.
    """
    if not parameters.words or request.htmx:
        return None
    parsed = parse_operators(parameters.words, list_operators(request.agent))
    if not parsed.operators:
        _warn_about_doubts(request, parsed)
        return None
    found, problems = resolve(parsed.operators, request.agent)
    for problem in problems:
        messages.warning(request, problem)
    filters = {**parameters.filters, **found}
    view = "" if parsed.words or {"due", "not_due"} & filters.keys() else "all"
    first, *_others = list_sorts(view)
    target = replace(parameters, words=parsed.words, view=view, sort=first, filters=filters)
    return HttpResponseRedirect(target.build_url())


def _warn_about_doubts(request: AgentRequest, parsed: Parsed) -> None:
    """Say what was searched for as words, on the first page of the results."""
    if {"from", "before"} & request.GET.keys():
        return
    for text, doubt in parsed.doubts[:MAX_DOUBTS]:
        messages.warning(request, describe_doubt(text, doubt))
