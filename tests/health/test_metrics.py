"""/metrics: off without a setting, closed to others, and figures of requests and of due work."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import django
import pytest
import requests

from helpdesk.metrics.process import get_interface
from helpdesk.version import get_version
from tests.cast import Cast
from tests.live.test_access_changes import StreamReader
from tests.live.test_two_web_nodes import get_cookies
from tests.stack import Stack, eventually

TOKEN = "a-token-of-the-tests-only"


@pytest.fixture
def measured(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A web server with two processes and metrics."""
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    stack.start_web()
    return stack


def scrape(stack: Stack, token: str = TOKEN) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Host": "10.0.0.7"}
    return requests.get(f"{stack.url}/metrics", headers=headers, timeout=30)


def read(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"{name} is not in:\n{text}"
    return float(found[1])


@pytest.mark.django_db(transaction=True)
def test_figures_of_requests_streams_and_work(rocket: Cast, measured: Stack) -> None:
    cookies = get_cookies(rocket.analyst)
    page = f"{measured.url}/rocket/agent/tickets/999999/"
    for _ in range(3):
        assert requests.get(page, cookies=cookies, timeout=30).status_code == 404
    reader = StreamReader(f"{measured.url}/rocket/agent/stream/", cookies)
    reader.start()
    eventually(lambda: ": still here" in reader.lines, what="the page is open")
    text = scrape(measured).text
    assert f'plumbline_build_info{{django="{django.get_version()}"' in text
    assert f'version="{get_version()}"' in text
    assert read(text, 'plumbline_workers{class="clocks"}') == 0
    assert read(text, "plumbline_beat_heartbeat_age_seconds") == float("inf")
    assert [path.parent.name for path in measured.folder.glob("metrics/*/*.db")]
    labels = 'interface="agent",method="GET",status="404"'
    assert read(text, f"plumbline_requests_total{{{labels}}}") == 3
    assert read(text, 'plumbline_request_seconds_count{interface="agent"}') == 3
    assert read(text, "plumbline_streams") == 1
    assert read(text, 'plumbline_due{class="inbound",work="emails to process"}') == 0
    assert read(text, 'plumbline_queued_tasks{class="clocks"}') >= 0
    assert "plumbline_pool_connections" in text
    assert "rocket" not in text
    assert "999999" not in text
    for wrong in ("", TOKEN[:-1], TOKEN + "x"):
        refused = scrape(measured, wrong)
        assert (refused.status_code, refused.text) == (401, "")


@pytest.mark.django_db(transaction=True)
def test_without_a_token_there_is_no_such_page(rocket: Cast, stack: Stack, tmp_path: Path) -> None:
    stack.start_web()
    answer = requests.get(f"{stack.url}/metrics", headers={"Authorization": "Bearer "}, timeout=30)
    assert answer.status_code == 404


def test_the_labels_are_few() -> None:
    classify: Callable[[str], str] = get_interface
    assert classify("agent/tickets/<int:number>/") == "agent"
    assert {classify(route) for route in ("", "made-up/", "static")} == {"other"}
