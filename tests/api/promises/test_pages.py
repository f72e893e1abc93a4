"""Every list has pages of one shape, bounded, with links in the body and in the header."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.api.promises.operations import Listed, list_operations
from tests.cast import Cast
from tickets.models import Tag

API = "/rocket/api/v1/"
# Lists below a row that isn't there.
MISSING = 404
BAD_CURSORS = ["", "x", "cD0xJTAw", "é", "cz0tMQ==", "cz0x" * 900, "bnVsbA", "W10", "IjEi", "e30"]


def list_lists() -> list[Listed]:
    return [
        one
        for one in list_operations("GET")
        if one.build_schema()._is_list_view() and one.build_view().paginator
    ]


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def read_links(answer: Any) -> dict[str, str]:
    return {name: url for url, name in re.findall(r'<([^>]+)>; rel="(\w+)"', answer["Link"])}


def test_every_list_has_the_same_shape_and_limits(admin: Client) -> None:
    lists, seen = list_lists(), 0
    for one in lists:
        answer = admin.get(f"{one.url}?limit=1&count=true")
        if answer.status_code != MISSING:
            seen += 1
            body = answer.json()
            assert {"results", "next", "previous", "count", "count_is_exact"} == set(body), one
            assert len(body["results"]) <= 1, one
            assert "first" in read_links(answer), one
            for wrong in ({"limit": "201"}, {"cursor": "cz0tMQ=="}):
                assert admin.get(one.url, wrong).status_code == 400, (one, wrong)
    assert seen > 20


@pytest.mark.parametrize("path", ["tickets/", "tags/", "feedback/"])
def test_a_limit_or_cursor_that_no_page_links_to_is_refused(admin: Client, path: str) -> None:
    url = f"{API}{path}"
    for limit in ("0", "201", "-1", "x", "", "9" * 30, "\u0661"):
        assert admin.get(url, {"limit": limit}).status_code == 400, limit
    for cursor in BAD_CURSORS:
        answer = admin.get(url, {"cursor": cursor})
        assert answer.status_code == 400, cursor
        assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_a_changed_cursor_is_refused(in_rocket: Cast, admin: Client) -> None:
    for _ in range(2):
        in_rocket.open_ticket()
    url = f"{API}tickets/"
    cursor = parse_qs(urlsplit(admin.get(f"{url}?limit=1").json()["next"]).query)["cursor"][0]
    facts = json.loads(urlsafe_b64decode(cursor + "=="))
    time, row = facts["at"]
    for change in (
        {"at": [time, 2**63]},
        {"at": [time, "x"]},
        {"at": [time, None]},
        {"at": [time, True]},
        {"at": [time, [1]]},
        {"at": [time]},
        {"at": ["yesterday", row]},
        {"at": ["2026-11-18", row]},
        {"at": ["2026-11-18T10:00:00", row]},
        {"at": ["0001-01-01T00:00:00+14:00", row]},
        {"by": "-updated_at"},
        {"by": "subject,id"},
        {"back": 1},
        {"more": 1},
    ):
        changed = urlsafe_b64encode(json.dumps(facts | change).encode()).decode()
        assert admin.get(url, {"cursor": changed}).status_code == 400, change
    assert admin.get(url, {"cursor": cursor}).status_code == 200


def test_what_returns_results_is_declared_as_a_list(admin: Client) -> None:
    """So that the schema says what is returned."""
    declared = {one.path for one in list_lists()}
    for one in list_operations("GET"):
        if one.view.is_live:  # a feed
            continue
        answer = admin.get(one.url)
        if answer.status_code == 200 and answer.headers.get("Content-Type") == "application/json":
            assert ("results" in answer.json()) == (one.path in declared), one


@pytest.mark.parametrize("path", ["tickets/", "tags/"])
def test_following_the_links_finds_every_row_once(
    in_rocket: Cast, admin: Client, path: str
) -> None:
    for number in range(5):
        in_rocket.open_ticket()
        Tag.objects.create(desk=in_rocket.desk, name=f"Tag {number}")
    url, found, answers = f"{API}{path}?limit=2", [], []
    while url:
        answers.append(admin.get(url))
        found += [row.get("number", row.get("id")) for row in answers[-1].json()["results"]]
        url = read_links(answers[-1]).get("next", "")
    assert len(found) == len(set(found)) == 5
    assert [len(one.json()["results"]) for one in answers] == [2, 2, 1]
    back = admin.get(read_links(answers[2])["prev"]).json()["results"]
    assert back == answers[1].json()["results"]
    first = read_links(answers[2])["first"]
    assert "cursor" not in first
    assert admin.get(first).json()["results"] == answers[0].json()["results"]
    assert answers[0].json()["previous"] is None


def test_the_number_of_rows_is_counted_only_when_asked(in_rocket: Cast, admin: Client) -> None:
    for _ in range(3):
        in_rocket.open_ticket()
    assert "count" not in admin.get(f"{API}tickets/").json()
    counted = admin.get(f"{API}tickets/?limit=1&count=true").json()
    assert (counted["count"], counted["count_is_exact"]) == (3, True)
    assert admin.get(f"{API}tickets/?count=maybe").status_code == 400


def test_a_count_ends_at_its_limit(
    in_rocket: Cast, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.api.pagination.MAX_COUNT", 2)
    for _ in range(3):
        in_rocket.open_ticket()
    counted = admin.get(f"{API}tickets/?limit=1&count=true").json()
    assert (counted["count"], counted["count_is_exact"]) == (2, False)
