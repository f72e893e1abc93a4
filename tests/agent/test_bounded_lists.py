"""A page of tickets costs the same at any position, and with any filter or order."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from helpdesk.agent.lists import grouped_pages, queue_queries
from helpdesk.agent.lists.filters import ORDERS, Sort
from helpdesk.agent.lists.grouped_pages import GroupedList, read_grouped_page
from helpdesk.agent.lists.groupings import KINDS, list_groupings
from helpdesk.agent.lists.queue_queries import select_rows
from helpdesk.agent.lists.views import select_view
from helpdesk.agent.statements import Query
from helpdesk.shared.cursors import Cursor
from tests.agent.conftest import inside
from tests.agent.test_queue import QUEUE, make_many, numbers
from tests.agent.test_queue_plans import ROWS_BLOCKS, crowd, explain, full
from tests.cast import NOON, Cast
from tickets.models import NO_DEADLINE, QueueRow, State, Ticket

__all__ = ["crowd", "full"]  # a desk with thousands of tickets

GROUPED_BLOCKS = 220  # P2: one statement, of the 300 that a page may read; the table has more
PHONED = 1034  # the number of the only closed ticket that came by phone


def test_of_many_tickets_without_a_deadline_none_before_the_page_is_read(full: Cast) -> None:
    tickets = select_view(full.analyst, "", at=NOON)
    order, without = ORDERS[Sort.DEADLINE], tickets.filter(due_at=NO_DEADLINE)
    place = order.sort(without).values_list(*order.fields)[without.count() - 10]
    page = select_rows(tickets, full.analyst, order=order, cursor=Cursor(place))
    used, blocks = explain(page.sql, page.params)
    assert used == {"queue_due"}
    assert blocks <= 40  # nine rows


@pytest.mark.parametrize("name", ["status", "priority", "department", "assignee", "channel"])
def test_a_filter_is_compared_in_the_index_of_the_order(name: str, full: Cast) -> None:
    """Rows that the filter excludes aren't read, even if it matches nothing."""
    nothing = {"status": "other", "channel": "fax"}.get(name, 10**15)
    field = name if name in ("status", "channel") else f"{name}_id"
    tickets = select_view(full.analyst, "", at=NOON).filter(**{field: nothing})
    page = select_rows(tickets, full.analyst, order=ORDERS[Sort.ACTIVITY])
    _, blocks = explain(page.sql, page.params)
    assert blocks <= 40


@pytest.fixture
def closed(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Fifty closed tickets, of which twenty are checked per page of a filter."""
    monkeypatch.setattr(queue_queries, "MAX_WALKED", 20)
    with desk_scope(rocket.desk):
        make_many(rocket, 50)
        Ticket.objects.update(status=State.CLOSED, closed_at=NOON, unanswered_since=None)
        Ticket.objects.filter(number=PHONED).update(channel="phone")
    return rocket


def find_link(client: Client, url: str, label: str) -> str:
    text = client.get(url).content.decode()
    [link] = re.findall(rf'href="([^"]+)"[^>]*>\s*{label}', text)
    return unescape(link)


def test_a_rare_filter_checks_a_limited_number_of_tickets_and_continues_from_there(
    closed: Cast, client: Client
) -> None:
    url, seen = f"{QUEUE}?view=closed&channel=phone", []
    for _ in range(3):
        found = numbers(client, url)
        seen.append(found)
        if found:
            break
        url = find_link(client, url, "Check more tickets")
    assert seen == [[], [PHONED]]


def test_pages_of_a_rare_filter_join_without_a_gap(closed: Cast, client: Client) -> None:
    with inside(closed):
        row = Ticket.objects.filter(number__in=range(1001, 1051, 7))
        row.update(channel="chat")
        expected = list(
            QueueRow.objects.filter(channel="chat")
            .order_by("-updated_at", "-pk")
            .values_list("number", flat=True)
        )
    url, seen = f"{QUEUE}?view=all&channel=chat", []
    for _ in range(6):
        text = client.get(url).content.decode()
        seen += numbers(client, url)
        links = re.findall(r'rel="next" href="([^"]+)"', text)
        if not links:
            break
        url = unescape(links[0])
    assert seen == expected


def test_an_index_of_its_own_finds_an_assignee_at_once(closed: Cast, client: Client) -> None:
    with inside(closed):
        Ticket.objects.filter(number=PHONED).update(assignee=closed.colleague)
    url = f"{QUEUE}?view=closed&assignee={closed.colleague.pk}"
    assert numbers(client, url) == [PHONED]


def test_a_new_order_of_priorities_holds_at_once(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ranked = list(rocket.priorities.values())
        made = make_many(rocket, 3)
        for ticket, priority in zip(made, ranked, strict=True):
            Ticket.objects.filter(pk=ticket.pk).update(priority=priority)
        by_rank = [ticket.number for ticket in made]
        assert numbers(client, f"{QUEUE}?sort=priority") == by_rank
        for rank, priority in enumerate(reversed(ranked), start=1):
            type(priority).objects.filter(pk=priority.pk).update(rank=rank)
        assert numbers(client, f"{QUEUE}?sort=priority") == by_rank[::-1]


def test_a_page_after_the_last_priority_is_empty(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        make_many(rocket, 3)
    assert numbers(client, f"{QUEUE}?sort=priority&older=99-0-0") == []


def test_fifty_rows_read_their_names_once_each(full: Cast) -> None:
    """All tickets on the page share one requester and one account: two rows, not a hundred."""
    tickets = select_view(full.analyst, "", at=NOON)
    page = select_rows(tickets, full.analyst, order=ORDERS[Sort.DEADLINE])
    assert len(page.fetch()) == 51
    _, blocks = explain(page.sql, page.params)
    assert blocks <= ROWS_BLOCKS / 2


def record_blocks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which each statement adds the number of blocks that it reads."""
    seen: list[int] = []
    fetch = Query.fetch

    def fetch_explained(query: Query[Any]) -> list[Any]:
        seen.append(explain(query.sql, query.params)[1])
        return fetch(query)

    monkeypatch.setattr(Query, "fetch", fetch_explained)
    return seen


@pytest.mark.parametrize("is_long", [False, True])
def test_groups_are_read_by_indexes(
    full: Cast, monkeypatch: pytest.MonkeyPatch, is_long: bool
) -> None:
    """In a list that is counted as a whole, and in one whose groups are looked up."""
    seen = record_blocks(monkeypatch)
    if is_long:
        monkeypatch.setattr(grouped_pages, "MAX_COUNTED", 100)
    for view, sort in (("", Sort.DEADLINE), ("", Sort.PRIORITY), ("all", Sort.ACTIVITY)):
        for grouping in filter(None, list_groupings(view)):
            tickets = select_view(full.analyst, view, at=NOON)
            listed = GroupedList(
                tickets, KINDS[grouping], full.analyst, ORDERS[sort], has_closed=view == "all"
            )
            first = read_grouped_page(listed)
            second = read_grouped_page(listed, older_than=first.older)
            read_grouped_page(listed, newer_than=second.newer)
            assert first.older
            assert second.newer
            assert (view, sort, grouping, max(seen) <= GROUPED_BLOCKS) == (
                view,
                sort,
                grouping,
                True,
            )
            seen.clear()
