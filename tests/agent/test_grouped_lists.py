"""Groups of a list hold across pages: by group first, then in the list's order."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from helpdesk.agent.lists import group_survey, grouped_pages
from helpdesk.agent.lists.filters import ORDERS, Sort, apply_filters
from helpdesk.agent.lists.grouped_pages import GroupedList, read_grouped_page
from helpdesk.agent.lists.groupings import KINDS, list_groupings
from helpdesk.agent.lists.queue_queries import Page
from helpdesk.agent.lists.views import select_view
from helpdesk.agent.lists.walking import Neighbors, find_neighbors, parse_list
from helpdesk.shared.cursors import Cursor
from tests.agent.conftest import count_statements, inside
from tests.agent.test_queue import QUEUE, make_many, numbers
from tests.cast import NOON, Cast
from tickets.models import Grouping, Priority, QueueRow, State, Tag, Ticket, TicketTag
from tickets.saved_views.saving import ViewValues, save_view

SORTS = (Sort.DEADLINE, Sort.NEWEST, Sort.PRIORITY)
SIZE = 7


def spread(cast: Cast, amount: int = 40) -> list[Ticket]:
    """Open tickets of every state, priority, assignee and account; some without the latter."""
    made = make_many(cast, amount)
    people = [cast.analyst, None, cast.colleague, cast.lead]
    accounts = [cast.account, cast.other_account, cast.account, None]
    priorities = list(cast.priorities.values())
    states = [State.OPEN, State.INVESTIGATING, State.OPEN, State.ESCALATED, State.INVESTIGATING]
    for i, ticket in enumerate(made):
        Ticket.objects.filter(pk=ticket.pk).update(
            assignee=people[i % 4],
            account=accounts[i % 5 % 4],
            priority=priorities[i * i % len(priorities)],
            status=states[i % 7 % 5],
            due_at=NOON + timedelta(hours=i % 3),
        )
    return made


def read_all(listed: GroupedList, *, size: int = SIZE) -> list[Page]:
    """Read every page of a list, from the first to the last."""
    pages = [read_grouped_page(listed, size=size)]
    while pages[-1].older:
        assert len(pages) < 200
        place = parse(pages[-1].older, listed)
        pages.append(read_grouped_page(listed, older_than=place, size=size))
    return pages


def read_back(listed: GroupedList, last: Page, *, size: int = SIZE) -> list[Page]:
    """Read every page before the last one; in the order of reading."""
    pages = [last]
    while pages[-1].newer:
        assert len(pages) < 200
        place = parse(pages[-1].newer, listed)
        pages.append(read_grouped_page(listed, newer_than=place, size=size))
    return pages[1:]


def parse(place: Cursor, listed: GroupedList) -> Cursor:
    """Return a place as the next page's URL has it."""
    fields = type(listed.order)(("group", *listed.order.fields)[: len(place.values)])
    read = Cursor.parse(str(place), fields)
    assert read == place
    return read


def sort_expected(listed: GroupedList) -> list[int]:
    """Return the numbers of a list in order of groups, each in the list's order."""
    rows = {row.number: row for row in listed.tickets}
    ranks = {row.pk: row.rank for row in Priority.objects.all()}
    accounts = dict(Account.objects.values_list("pk", "name"))
    agents = dict(type(listed.agent).objects.values_list("pk", "name"))

    def get_group(row: QueueRow) -> Any:
        return {
            "status": list(State.values).index(row.status),
            "priority": ranks[row.priority_id],
            "assignee": (not row.assignee_id, agents.get(row.assignee_id, "")),
            "account": (not row.account_id, accounts.get(row.account_id or 0, "")),
        }[listed.kind.name]

    def get_value(row: QueueRow, field: str) -> Any:
        return ranks[row.priority_id] if field == "priority_rank" else getattr(row, field)

    ordered = sorted(
        rows.values(),
        key=lambda row: [get_value(row, field) for field in listed.order.fields],
        reverse=listed.order.is_descending,
    )
    return [row.number for row in sorted(ordered, key=get_group)]


def check_pages(listed: GroupedList) -> None:
    expected = sort_expected(listed)
    assert expected
    pages = read_all(listed)
    found = [row.number for page in pages for row in page.rows]
    assert (listed.kind.name, listed.order, found) == (listed.kind.name, listed.order, expected)
    pages = [page for page in pages if page.rows]  # what was checked last may not match
    back = read_back(listed, pages[-1])
    before = [row.number for page in back for row in page.rows[::-1]]
    assert before[::-1] == expected[: len(before)]
    assert len(before) == len(expected) - len(pages[-1].rows)
    for page in (*pages, *back):
        keys = [listed.kind.get_key(row) for row in page.rows]
        assert [group.key for group in page.groups] == list(dict.fromkeys(keys))


@pytest.fixture
def listed(in_rocket: Cast) -> list[GroupedList]:
    """A list of open tickets in every grouping and order."""
    spread(in_rocket)
    agent = in_rocket.analyst
    tickets = select_view(agent, "", at=NOON)
    return [
        GroupedList(tickets, kind, agent, ORDERS[sort]) for kind in KINDS.values() for sort in SORTS
    ]


def test_pages_join_without_a_gap_in_every_grouping_and_order(listed: list[GroupedList]) -> None:
    for each in listed:
        check_pages(each)


def test_long_lists_look_up_their_groups_in_order(
    listed: list[GroupedList], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouped_pages, "MAX_COUNTED", 10)
    for each in listed:
        check_pages(each)


def test_where_many_groups_are_empty_the_next_page_continues(
    listed: list[GroupedList], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouped_pages, "MAX_COUNTED", 10)
    monkeypatch.setattr(group_survey, "MAX_GROUPS", 2)
    for i in range(7):
        Account.objects.create(desk=listed[0].agent.desk, name=f"A{i} without tickets")
    for each in listed:
        check_pages(each)


def test_filters_without_an_index_check_a_limited_number_of_tickets(
    listed: list[GroupedList], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = listed[0].agent
    tag = Tag.objects.create(desk=agent.desk, name="sso")
    ids = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))[::4]
    TicketTag.objects.bulk_create(
        TicketTag(desk=agent.desk, ticket_id=each, tag=tag) for each in ids
    )
    for limit in (1000, 10):
        monkeypatch.setattr(grouped_pages, "MAX_COUNTED", limit)
        monkeypatch.setattr(grouped_pages, "MAX_WALKED", limit)
        for each in listed:
            if each.order != ORDERS[Sort.PRIORITY]:
                found = apply_filters(each.tickets, {"tag": str(tag.pk)}, agent=agent, at=NOON)
                check_pages(GroupedList(found, each.kind, agent, each.order, each.tickets))


def test_a_group_tells_its_size_and_that_it_continues(
    listed: list[GroupedList], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_assignee = next(each for each in listed if each.kind.name == "assignee")
    for limit in (1000, 6):  # counted at once, or only where a group goes on
        monkeypatch.setattr(grouped_pages, "MAX_COUNTED", limit)
        pages = read_all(by_assignee)
        assert len(pages) == 6
        amounts = {group.amount for page in pages for group in page.groups}
        assert amounts == ({10} if limit == 1000 else {7})  # one more than the limit: "6+"
        for before, page in pairwise(pages):
            goes_on = before.groups[-1].key == page.groups[0].key
            assert page.groups[0].is_continued == goes_on
            assert not any(group.is_continued for group in page.groups[1:])
        assert any(page.groups[0].is_continued for page in pages)
        assert not pages[0].groups[0].is_continued
        again = [page.groups for page in read_back(by_assignee, pages[-1])]
        assert again == [page.groups for page in pages[-2::-1]]


def save(cast: Cast, **values: Any) -> str:
    with inside(cast):
        given = ViewValues(**{"name": "Groups"} | values)
        return save_view(values=given, by=cast.analyst, at=NOON).slug


def read_titles(text: str) -> list[tuple[str, str]]:
    pattern = r'ticket-group-title" dir="auto">([^<]+)<.*?ticket-group-count">([^<]+)<'
    return re.findall(pattern, unescape(text), re.DOTALL)


def test_the_next_page_shows_the_heading_again(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        made = make_many(rocket, 70)
        pks = [ticket.pk for ticket in made]
        Ticket.objects.filter(pk__in=pks[:8]).update(assignee=None)
        expected = {ticket.number for ticket in made}
    url = f"{QUEUE}?view={save(rocket, grouping='assignee')}"
    first = client.get(url).content.decode()
    name = rocket.analyst.name
    assert read_titles(first) == [(name, "62 tickets")]
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(older)).content.decode()
    assert read_titles(second) == [
        (f"{name} (continued)", "62 tickets"),
        ("Unassigned", "8 tickets"),
    ]
    seen = numbers(client, url) + numbers(client, unescape(older))
    assert sorted(seen) == sorted(expected)


def test_the_walk_from_ticket_to_ticket_follows_the_groups(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        spread(rocket, 12)
    for grouping, sort in (("account", "priority"), ("assignee", "newest"), ("state", "")):
        with inside(rocket):
            rocket.analyst.saved_views.all().delete()
        query = f"view={save(rocket, grouping=grouping, sort=sort)}"
        shown = numbers(client, f"{QUEUE}?{query}")
        assert len(shown) == 12
        with inside(rocket):
            for before, number, after in zip(
                [None, *shown], shown, [*shown[1:], None], strict=False
            ):
                found = find_neighbors(
                    parse_list(query, rocket.analyst), number, rocket.analyst, NOON
                )
                assert found == Neighbors(before, after)


def test_groups_cost_a_fixed_number_of_statements(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(rocket):
        spread(rocket, 3)
    url = f"{QUEUE}?view={save(rocket, grouping='account')}"
    few = count_statements(client, url)
    with inside(rocket):
        spread(rocket, 70)
        rocket.analyst.saved_views.update(grouping="")
    plain = count_statements(client, url)
    with inside(rocket):
        rocket.analyst.saved_views.update(grouping="account")
    assert count_statements(client, url) == few == plain + 1
    monkeypatch.setattr(grouped_pages, "MAX_COUNTED", 10)
    assert count_statements(client, url) <= plain + 3


def test_a_place_that_is_none_shows_the_first_page(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        spread(rocket, 3)
    url = f"{QUEUE}?view={save(rocket, grouping='account')}"
    for place in ("older=x", "older=1-2-3-4", "newer=--", "older=-1"):
        assert len(numbers(client, f"{url}&{place}")) == 3
    for place in (f"older={10**17}", f"newer={10**17}-0-1"):  # of an account that doesn't exist
        assert client.get(f"{url}&{place}").status_code == 200
    url = f"{QUEUE}?view={save(rocket, name='By state', grouping='state')}"
    for place in ("older=0", "older=99", "newer=99-0-1"):  # of no state
        assert len(numbers(client, f"{url}&{place}")) == 3


def test_lists_with_closed_tickets_offer_only_groups_that_an_index_finds(
    rocket: Cast, client: Client
) -> None:
    assert Grouping.PRIORITY.value in list_groupings("")
    assert list_groupings("closed") == ["", "state", "assignee", "account"]
    text = client.get(f"{QUEUE}views/new/?list=view%3Dclosed%26channel%3Demail").content.decode()
    options = re.findall(r'<option value="(account|priority)">', text)
    assert options == ["account"]
    view = save(rocket, base="closed", grouping="priority")
    text = unescape(client.get(f"{QUEUE}?view={view}").content.decode())
    assert "it can't be grouped by priority" in text


def test_another_desks_groups_never_show(rocket: Cast, matter: Cast, client: Client) -> None:
    with inside(matter):
        spread(matter, 5)
        Account.objects.filter(pk=matter.account.pk).update(name="Foreign Widgets")
        foreign = matter.account.pk
    with inside(rocket):
        spread(rocket, 5)
    url = f"{QUEUE}?view={save(rocket, grouping='account')}"
    for place in ("", f"&older={foreign}", f"&newer={foreign}-0-1"):
        assert "Foreign Widgets" not in client.get(url + place).content.decode()
