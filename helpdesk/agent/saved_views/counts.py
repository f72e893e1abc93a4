"""Counts of the sidebar's views, live: those of every agent and of saved views, each capped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict

from accounts.models import Agent
from helpdesk.agent.lists.filters import apply_filters, split_filters
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.queue_queries import MAX_WALKED
from helpdesk.agent.lists.saved_lists import describe_all_saved
from helpdesk.agent.lists.views import select_view
from helpdesk.shared.numbers import format_capped_count
from tickets.access import queue_for_agent
from tickets.saved_views.access import views_for_agent

MAX_COUNTED_SAVED = 100


def count_saved_views(agent: Agent, at: datetime) -> dict[str, str]:
    """Return the counts of the agent's saved views by slug, in a fixed number of statements.

    Where a view's filters have no index, the first MAX_WALKED tickets are checked.
    """
    statements: list[str] = []
    params: list[Any] = []
    slugs = []
    for saved in describe_all_saved(views_for_agent(agent), agent):
        try:
            sql, values = _select_counted(ListParameters.parse(QueryDict(), saved), agent, at)
        except (ValidationError, ValueError):
            continue
        slugs.append(saved.slug)
        statements.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 (of the ORM)
        params += values
    found = _fetch(statements, params)
    return {
        slug: format_capped_count(count, MAX_COUNTED_SAVED)
        for slug, count in zip(slugs, found, strict=True)
    }


def _select_counted(
    parameters: ListParameters, agent: Agent, at: datetime
) -> tuple[str, Iterable[object]]:
    """Return the statement of up to MAX_COUNTED_SAVED + 1 tickets of a list."""
    indexed, others = split_filters(parameters.view, parameters.filters, parameters.sort)
    among = apply_filters(select_view(agent, parameters.view, at=at), indexed, agent=agent, at=at)
    tickets = among
    if others:
        checked = parameters.order.sort(among).values("pk")[:MAX_WALKED]
        rows = queue_for_agent(agent).filter(pk__in=checked)
        tickets = apply_filters(rows, others, agent=agent, at=at)
    return tickets.order_by().values("pk")[: MAX_COUNTED_SAVED + 1].query.sql_with_params()


def _fetch(statements: list[str], params: list[Any]) -> tuple[int, ...]:
    if not statements:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(statements)}", params)
        return tuple(cursor.fetchone())
