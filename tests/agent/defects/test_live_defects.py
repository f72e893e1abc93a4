"""Open pages about a defect: told what others do to it, before anyone types for minutes."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from tests.agent.defects.helpers import QUEUE, read, url_of
from tests.cast import Cast
from tests.defects.helpers import LATER, move, report
from tickets.actors import Actor
from tickets.defects.moving import add_note
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.models import Defect, Ticket

HTMX = {"HTTP_HX_REQUEST": "true"}


def find_news_url(page: str) -> str:
    [url] = re.findall(r'hx-get="([^"]+/news/[^"]*)"', page)
    return unescape(url)


def find_stream_url(page: str) -> str:
    [url] = re.findall(r'hx-sse:connect="([^"]+)"', page)
    return unescape(url)


PAGES = ["", "edit/", "stage/?stage=planned", "release/", "publication/", "merge/"]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_hears_what_others_do_and_not_what_its_reader_does(
    in_rocket: Cast, as_analyst: Client, defect: Defect, page: str
) -> None:
    shown = read(as_analyst, url_of(defect, page))
    assert f"defect={defect.number}" in find_stream_url(shown)
    news = find_news_url(shown)
    assert as_analyst.get(news, **HTMX).status_code == 204
    add_note(defect_id=defect.pk, agent=in_rocket.analyst, text="Mine", at=LATER)
    assert as_analyst.get(news, **HTMX).status_code == 204
    move(in_rocket, defect, "confirmed")
    told = as_analyst.get(news, **HTMX).content.decode()
    assert "Level Two changed the stage from &quot;Reported&quot; to &quot;Confirmed&quot;." in told
    assert "Reload the page" in told
    again = find_news_url(read(as_analyst, url_of(defect, page)))
    assert as_analyst.get(again, **HTMX).status_code == 204


def test_news_of_another_desk_do_not_exist(
    in_rocket: Cast, matter: Cast, as_analyst: Client, defect: Defect
) -> None:
    with desk_scope(matter.desk):
        foreign = [report(matter) for _ in range(3)][-1]
    assert as_analyst.get(url_of(foreign, "news/")).status_code == 404
    assert as_analyst.get(url_of(defect, "news/?seen=x")).status_code == 200


def test_the_queue_reloads_its_rows_only(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    page = read(as_analyst, f"{QUEUE}?q=crash")
    assert "shows=defects" in find_stream_url(page)
    rows = as_analyst.get(f"{QUEUE}?q=crash", **HTMX).content.decode()
    assert defect.key in rows
    assert "<form" not in rows
    assert f'hx-get="{QUEUE}?q=crash"' in page


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What open pages were told after commits: desks and numbers of defects."""
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "helpdesk.live.pubsub.publish_defect",
        lambda desk_id, number: heard.append((desk_id, number)),
    )
    return heard


def test_pages_are_told_once_for_each_commit_and_of_a_new_order(
    in_rocket: Cast,
    ticket: Ticket,
    told: list[tuple[int, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    desk_id = in_rocket.desk.pk
    with django_capture_on_commit_callbacks(execute=True):
        defect = report(in_rocket, ticket)
        move(in_rocket, defect, "confirmed", by=Actor.of(in_rocket.lead))
    assert told == [(desk_id, defect.number)]
    with django_capture_on_commit_callbacks(execute=True):
        rank_stale_defects(desk_id=desk_id, at=LATER)
    assert told[1:] == [(desk_id, 0)]
