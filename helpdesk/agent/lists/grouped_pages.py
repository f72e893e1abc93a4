"""Pages of a list in groups, which hold across pages: by group first, then in the list's order.

A place in such a list is its group's key, then the values of the order. A key alone is the place
before its group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import Agent
from helpdesk.agent import sql
from helpdesk.agent.lists.filters import WITH_CLOSED
from helpdesk.agent.lists.group_survey import Survey, Surveyor, get_group, is_within
from helpdesk.agent.lists.groupings import KINDS, GroupKind
from helpdesk.agent.lists.list_parameters import ListParameters
from helpdesk.agent.lists.queue_queries import (
    COLUMNS,
    MAX_COUNTED,
    MAX_WALKED,
    PAGE_SIZE,
    GroupHeading,
    Page,
    Row,
    get_values,
    list_order,
    read_page,
    select_part,
)
from helpdesk.agent.statements import Query
from helpdesk.shared.cursors import Cursor, Order, is_beyond
from tickets.models import QueueRow


@dataclass(frozen=True, slots=True)
class GroupedList:
    """A list in groups. among: as for read_page. has_closed: some tickets may be closed."""

    tickets: QuerySet[QueueRow]
    kind: GroupKind
    agent: Agent
    order: Order
    among: QuerySet[QueueRow] | None = None
    has_closed: bool = False

    @property
    def checked(self) -> GroupedList:
        """The list of the tickets that are checked: without filters that have no index."""
        return self if self.among is None else replace(self, tickets=self.among, among=None)

    @property
    def surveyor(self) -> Surveyor:
        """What finds the groups of the tickets."""
        return Surveyor(self.tickets, self.kind, self.agent.desk_id, MAX_COUNTED, self.has_closed)

    def get_place(self, row: Row) -> Cursor:
        """Return the place of a row."""
        return Cursor((self.kind.get_key(row), *get_values(row, self.order)))


def read_list_page(
    parameters: ListParameters,
    tickets: QuerySet[QueueRow],
    *,
    agent: Agent,
    older_than: Cursor | None = None,
    newer_than: Cursor | None = None,
    among: QuerySet[QueueRow] | None = None,
    size: int = PAGE_SIZE,
    with_headings: bool = True,
) -> Page:
    """Read a page of a list, in groups if it has some. Arguments as for read_page.

    with_headings: tell the groups with their counts, too.
    """
    place: dict[str, Any] = {"older_than": older_than, "newer_than": newer_than, "size": size}
    if not parameters.grouping:
        return read_page(tickets, agent=agent, order=parameters.order, among=among, **place)
    listed = GroupedList(
        tickets,
        KINDS[parameters.grouping],
        agent,
        parameters.order,
        among,
        has_closed=parameters.view in WITH_CLOSED,
    )
    return read_grouped_page(listed, **place, with_headings=with_headings)


@dataclass(frozen=True, slots=True)
class _Span:
    """The part of a list that a page is read from: groups, nearest first, between two places.

    end: the last ticket that is checked, or None if all are.
    """

    keys: list[int]
    start: Cursor | None
    end: Cursor | None
    backwards: bool


def read_grouped_page(
    listed: GroupedList,
    *,
    older_than: Cursor | None = None,
    newer_than: Cursor | None = None,
    size: int = PAGE_SIZE,
    with_headings: bool = True,
) -> Page:
    """Read up to ``size`` rows before or after a place, in a bounded number of statements."""
    start, backwards = newer_than or older_than, newer_than is not None
    survey, span = _plan(listed, start, backwards=backwards, size=size)
    found = _select_rows(listed, span, size=size).fetch() if span.keys else []
    rows = found[:size][::-1] if backwards else found[:size]
    has_more = len(found) > size
    places = [listed.get_place(row) for row in (rows[:1] + rows[-1:])]
    beyond = listed.get_place(found[size - 1]) if has_more else span.end or survey.cut
    if backwards:
        before, after = beyond, places[-1] if places else beyond and start
        opening = listed.get_place(found[size]) if has_more else span.end
    else:
        before, after = places[0] if start and places else None, beyond
        opening = start
    page = Page(rows, before, after)
    groups = _describe_groups(listed, page, survey, opening) if with_headings else ()
    return page._replace(groups=groups)


def _plan(
    listed: GroupedList, start: Cursor | None, *, backwards: bool, size: int
) -> tuple[Survey, _Span]:
    """Return the groups of a page, and from where to where they are read.

    Groups are looked up without filters that have no index: of the tickets in them, MAX_WALKED are
    checked.
    """
    amount = size if listed.among is None else MAX_WALKED
    survey = listed.checked.surveyor.survey(start, backwards=backwards, size=amount)
    span = _Span(survey.pick(start, amount), start, None, backwards)
    if listed.among is None or survey.counts is not None or not span.keys:
        return survey, span
    end = _find_end(listed, span)
    if end is None:
        return survey, span
    keys = span.keys[: span.keys.index(get_group(end)) + 1]
    return survey, replace(span, keys=keys, end=end)


def _find_end(listed: GroupedList, span: _Span) -> Cursor | None:
    """Return the place of the last ticket that is checked, or None if all are."""
    columns = tuple({*listed.order.fields, listed.kind.column})
    page, params = _select_page(listed.checked, span, size=MAX_WALKED, columns=columns)
    names = ", ".join(f"t.{name}" for name in listed.order.fields)
    text = f"SELECT {listed.kind.key_sql}, {names} FROM ({page}) t OFFSET {MAX_WALKED - 1}"  # noqa: S608 (constants and the ORM)
    places = Query(text, params, _make_place, is_constant=False).fetch()
    return places[0] if len(places) > 1 else None


def _make_place(**values: Any) -> Cursor:
    return Cursor(tuple(values.values()))


def _select_rows(listed: GroupedList, span: _Span, *, size: int) -> Query[Row]:
    page, params = _select_page(listed, span, size=size)
    order = list_order(listed.order, backwards=span.backwards)
    desks = [listed.agent.desk_id] * 4
    return Query(
        sql.TICKET_ROWS.format(page=page, order=f"{_order_groups(listed)}, {order}"),
        [*params, get_language(), *desks, listed.agent.pk, span.keys],
        Row,
        is_constant=False,
    )


def _select_page(
    listed: GroupedList, span: _Span, *, size: int, columns: Sequence[str] = COLUMNS
) -> tuple[str, Sequence[Any]]:
    """Return the statement of ``size`` + 1 tickets of a span, nearest first.

    Of the first and the last group, a page may have a part: those are read in their order. Groups
    between them are read as a whole, as they are known to be small.
    """
    parts = [
        _select_groups(listed, span, group, size=size, columns=columns)
        for group in _list_parts(span.keys)
    ]
    union = " UNION ALL ".join(f"({text})" for text, _given in parts)
    params = [value for _text, given in parts for value in given]
    order = f"{_order_groups(listed)}, {_order_page(listed, backwards=span.backwards)}"
    text = f"SELECT * FROM ({union}) t ORDER BY {order} LIMIT {size + 1}"  # noqa: S608 (the ORM)
    return text, [*params, span.keys]


def _select_groups(
    listed: GroupedList, span: _Span, group: list[int], *, size: int, columns: Sequence[str]
) -> tuple[str, Sequence[Any]]:
    """Return the statement of one group's tickets in their order, or of all of several groups."""
    rows = listed.tickets.filter(listed.kind.build_condition(group))
    if len(group) > 1:
        return rows.order_by().values(*columns).query.sql_with_params()
    start, end, back = span.start, span.end, span.backwards
    if end is not None and group[0] == get_group(end):
        place = Cursor(end.values[1:])
        rows = rows.filter(is_beyond(listed.order, place, backwards=not back, inclusive=True))
    cursor = Cursor(start.values[1:]) if start and is_within(start, group[0]) else None
    return select_part(
        rows, listed.agent, listed.order, cursor, backwards=back, size=size, columns=columns
    )


def _list_parts(keys: list[int]) -> list[list[int]]:
    """Return the groups that are read together: the first and the last one on their own."""
    if len(keys) < 3:
        return [[key] for key in keys]
    return [keys[:1], keys[1:-1], keys[-1:]]


def _order_groups(listed: GroupedList) -> str:
    """Return the place of a ticket's group; the groups' keys are a parameter."""
    return f"array_position(%s::bigint[], {listed.kind.key_sql})"


def _order_page(listed: GroupedList, *, backwards: bool) -> str:
    order = list_order(listed.order, backwards=backwards)
    rank = "(SELECT rank FROM tickets_priority priority WHERE priority.id = t.priority_id)"
    return order.replace("priority.rank", rank)


def _describe_groups(
    listed: GroupedList, page: Page, survey: Survey, opening: Cursor | None
) -> tuple[GroupHeading, ...]:
    """Return the groups of a page. opening: the place before its first row."""
    amounts: dict[int, int] = {}
    for row in page.rows:
        key = listed.kind.get_key(row)
        amounts[key] = amounts.get(key, 0) + 1
    keys = list(amounts)
    counts: dict[int, int | None] = {**amounts, **_count_ends(listed, page, survey, keys)}
    if listed.among is None and survey.counts is not None:
        counts.update({key: survey.counts.get(key, amounts[key]) for key in keys})
    return tuple(
        GroupHeading(key, counts[key], is_continued=place == 0 and is_within(opening, key))
        for place, key in enumerate(keys)
    )


def _count_ends(
    listed: GroupedList, page: Page, survey: Survey, keys: list[int]
) -> dict[int, int | None]:
    """Count the groups that may go on before or after the page; None if a count has no limit."""
    ends = [*(keys[:1] if page.newer else []), *(keys[-1:] if page.older else [])]
    if listed.among is not None:
        return dict.fromkeys(ends)
    if survey.counts is not None:
        return {}
    counted = listed.surveyor.count_each(list(dict.fromkeys(ends)), MAX_COUNTED + 1)
    return {group.key: group.amount for group in counted}
