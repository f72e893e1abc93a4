"""The R&D queue: by rank, with the reasons, filtered, page by page (M19)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Product
from accounts.tenancy import APP_ROLE, desk_scope
from helpdesk.agent.defects import lists
from tests.agent.conftest import SignIn, count_statements
from tests.agent.defects.helpers import QUEUE, read
from tests.cast import NOON, Cast
from tests.defects.helpers import move, report
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.models import Defect


def add_many(cast: Cast, amount: int, *, first: int = 1000, **fields: object) -> None:
    """Add ranked defects, the first of them the highest."""
    times = {"stage_since": NOON, "created_at": NOON, "updated_at": NOON}
    Defect.objects.bulk_create(
        Defect(
            desk=cast.desk,
            number=first + n,
            title=f"Fault {n}",
            rank=amount - n,
            **(times | fields),
        )
        for n in range(amount)
    )


def list_keys(page: str) -> list[str]:
    return re.findall(r'class="defect-key">([^<]+)<', page)


def test_each_row_says_why_it_stands_there(in_rocket: Cast, as_analyst: Client) -> None:
    small = report(in_rocket, in_rocket.open_ticket(), severity="minor")
    large = report(in_rocket, in_rocket.open_ticket(), severity="critical")
    rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON)
    page = read(as_analyst, QUEUE)
    assert list_keys(page) == [large.key, small.key]
    assert "1 account" in page
    assert "Standard: 1" in page
    assert "Critical (27) × impact 13 × 3 (a deadline is due within a day) = 1,053" in page
    assert "Significant impact" not in page


def test_a_significant_impact_is_named(in_rocket: Cast, as_analyst: Client) -> None:
    type(in_rocket.desk).objects.filter(pk=in_rocket.desk.pk).update(major_impact=1)
    report(in_rocket, in_rocket.open_ticket())
    rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON)
    assert "Significant impact" in read(as_analyst, QUEUE)


def test_a_row_says_who_waits_for_another_release(in_rocket: Cast, as_analyst: Client) -> None:
    add_many(in_rocket, 1, stage="released", tickets_waiting=2)
    add_many(in_rocket, 1, first=2000, stage="released")
    page = read(as_analyst, QUEUE)
    assert list_keys(page) == ["RC-D1000"]
    assert "2 tickets wait for another release" in page


def test_defects_without_an_owner_are_a_filter(in_rocket: Cast, as_analyst: Client) -> None:
    add_many(in_rocket, 1, owner=in_rocket.analyst)
    add_many(in_rocket, 1, first=2000)
    page = read(as_analyst, f"{QUEUE}?owner=nobody")
    assert list_keys(page) == ["RC-D2000"]
    assert re.search(r'<option value="nobody" selected>\s*No owner', page)


def test_an_empty_queue_says_what_belongs_there(as_analyst: Client) -> None:
    assert "No open defects" in read(as_analyst, QUEUE)
    assert "No defects match" in read(as_analyst, f"{QUEUE}?severity=minor")
    assert "Nothing here yet" in read(as_analyst, f"{QUEUE}?view=ended")
    assert "No open defects of yours" in read(as_analyst, f"{QUEUE}?view=mine")


def test_views_and_filters(in_rocket: Cast, as_analyst: Client) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    mine = report(in_rocket, title="Mine", owner=in_rocket.analyst, severity="minor")
    server = report(in_rocket, title="Server", product=product)
    ended = report(in_rocket, title="Ended")
    move(in_rocket, ended, "wont_fix")
    move(in_rocket, server, "confirmed")
    expected = {
        "": [mine, server],
        "?view=mine": [mine],
        "?view=ended": [ended],
        "?stage=confirmed": [server],
        "?stage=wont_fix": [ended],
        "?severity=minor": [mine],
        f"?product={product.pk}": [server],
        f"?owner={in_rocket.analyst.pk}": [mine],
        "?q=server": [server],
        f"?q={mine.key}": [mine],
        "?view=nothing&stage=nothing&severity=x&product=x&older=x": [mine, server],
    }
    found = {query: set(list_keys(read(as_analyst, QUEUE + query))) for query in expected}
    assert found == {query: {one.key for one in some} for query, some in expected.items()}


def test_pages_go_on_where_the_last_one_ended(in_rocket: Cast, as_analyst: Client) -> None:
    add_many(in_rocket, 120)
    Defect.objects.update(rank=5)  # equal ranks keep their order, too
    agent, seen, cursor = in_rocket.analyst, [], None
    agent.desk = in_rocket.desk
    defects = lists.select_defects(agent, lists.Filters())
    while True:
        page = lists.read_page(defects, lists.BY_RANK, older_than=cursor)
        seen += [defect.number for defect in page.defects]
        if page.older is None:
            break
        cursor = page.older
    assert seen == list(range(1000, 1120))
    back = lists.read_page(defects, lists.BY_RANK, newer_than=page.newer)
    assert [defect.number for defect in back.defects] == list(range(1050, 1100))
    assert "older=" in read(as_analyst, QUEUE)


def test_ended_defects_are_listed_by_their_last_change(in_rocket: Cast) -> None:
    add_many(in_rocket, 60, stage="wont_fix")
    agent = in_rocket.analyst
    agent.desk = in_rocket.desk
    filters = lists.Filters(view="ended")
    page = lists.read_page(lists.select_defects(agent, filters), filters.order)
    assert [defect.number for defect in page.defects] == list(range(1059, 1009, -1))
    rest = lists.read_page(
        lists.select_defects(agent, filters), filters.order, older_than=page.older
    )
    assert [defect.number for defect in rest.defects] == list(range(1009, 999, -1))


def test_the_number_of_statements_is_fixed(in_rocket: Cast, as_analyst: Client) -> None:
    add_many(in_rocket, 3)
    few = count_statements(as_analyst, QUEUE)
    add_many(in_rocket, 80, first=2000, owner=in_rocket.analyst)
    assert count_statements(as_analyst, QUEUE) == few


def test_a_page_reads_its_index(in_rocket: Cast) -> None:
    add_many(in_rocket, 3000)
    agent = in_rocket.analyst
    agent.desk = in_rocket.desk
    order = lists.BY_RANK
    first = lists.read_page(lists.select_defects(agent, lists.Filters()), order)
    after = lists._is_beyond(order, first.older, backwards=False)
    page = lists.select_defects(agent, lists.Filters()).filter(after)
    query = page.order_by(*lists._sort(order, backwards=False))[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE none")
        cursor.execute("ANALYZE tickets_defect")
        cursor.execute(f"SET ROLE {APP_ROLE}")
        statement, params = query.query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    assert "'defect_queue'" in str(plan)
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 200


def test_the_sidebar_counts_open_defects(in_rocket: Cast, as_analyst: Client) -> None:
    add_many(in_rocket, 4)
    page = read(as_analyst, "/rocket/agent/")
    entry = page[page.index(f'href="{QUEUE}"') :]
    assert re.search(r'nav-count">\s*4\s*<', entry.partition("</li>")[0])


def test_another_desks_defects_are_not_listed(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    with desk_scope(matter.desk):
        foreign = report(matter, title="Theirs")
    client = sign_in(rocket.analyst.user)
    assert list_keys(read(client, QUEUE)) == []
    assert client.get(f"{QUEUE}{foreign.number}/").status_code == 404
    assert client.get(f"{QUEUE}?q=theirs").status_code == 200
    assert sign_in(matter.analyst.user).get(QUEUE).status_code == 404


@pytest.mark.parametrize("who", ["customer", "manager"])
def test_customers_never_see_the_queue(rocket: Cast, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(rocket, who).user).get(QUEUE).status_code == 404
