"""A web server with open pages stops when it is asked to, and tells the pages when to return."""

from __future__ import annotations

import json
import signal
from functools import partial
from pathlib import Path

import pytest
import requests

from tests.cast import Cast
from tests.live.test_access_changes import StreamReader
from tests.live.test_two_web_nodes import get_cookies
from tests.stack import Stack, eventually

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = 5


def read_log(folder: Path) -> str:
    return (folder / "web.log").read_text()


def is_open(reader: StreamReader) -> bool:
    return ": still here" in reader.lines


def test_open_pages_end_and_nothing_is_killed(rocket: Cast, stack: Stack, tmp_path: Path) -> None:
    stack.start_web()
    ready = requests.get(f"{stack.url}/ready", headers={"Host": "10.0.0.7"}, timeout=30)
    assert json.loads(ready.text)["checks"]["static_files"] == "ok"
    cookies = get_cookies(rocket.analyst)
    readers = [StreamReader(f"{stack.url}/rocket/agent/stream/", cookies) for _ in range(OPEN)]
    for reader in readers:
        reader.start()
    for reader in readers:
        eventually(partial(is_open, reader), what="the page is open")
    web = stack.processes.pop("web")
    web.send_signal(signal.SIGTERM)
    assert web.wait(30) == 0
    assert "refused to gracefully stop" not in read_log(tmp_path)
    for reader in readers:
        reader.join(20)
        assert reader.has_ended
        assert [line for line in reader.lines if line][-1].startswith("retry: ")
