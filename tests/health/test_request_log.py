"""The access log: who, what, how long and how much, and an ID that is found again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from django.test import override_settings

from helpdesk.celery import app
from helpdesk.request_log import choose_id, get_request_id
from helpdesk.worker import request_ids
from tests.cast import Cast
from tests.live.test_two_web_nodes import get_cookies
from tests.stack import Stack, eventually

TOKEN = "secret-of-a-person-" + "t" * 24


def scope_with(*values: bytes) -> dict[str, Any]:
    return {"headers": [(b"x-request-id", value) for value in values]}


@pytest.fixture
def request_id() -> Iterator[str]:
    """The ID of a request that is being answered."""
    with structlog.contextvars.bound_contextvars(request_id="of-this-request"):
        yield "of-this-request"


def test_an_id_is_taken_from_a_trusted_proxy_only_if_it_is_well_formed() -> None:
    good = scope_with(b"0123456789abcdef")
    with override_settings(TRUSTED_PROXY_COUNT=0):
        assert choose_id(good) != "0123456789abcdef"
    with override_settings(TRUSTED_PROXY_COUNT=1):
        assert choose_id(good) == "0123456789abcdef"
        hostile = [
            b"short",
            b"a" * 65,
            b"with space and more",
            b"line\nbreak-in-it",
            b"\xc3\xa9" * 9,
        ]
        for value in hostile:
            assert choose_id(scope_with(value)).encode() != value
        assert choose_id(scope_with(b"0123456789", b"9876543210")) not in {
            "0123456789",
            "9876543210",
        }


def test_a_task_carries_the_id_of_the_request_that_queued_it(request_id: str) -> None:
    headers: dict[str, Any] = {}
    request_ids._add_header(headers=headers)
    assert headers == {request_ids.REQUEST: request_id}
    seen: list[dict[str, Any]] = []

    @app.task(name="tests.look")
    def look() -> None:
        seen.append(dict(structlog.contextvars.get_contextvars()))

    structlog.contextvars.clear_contextvars()
    task = app.tasks["tests.look"]
    task.push_request(is_eager=False, **headers)
    try:
        request_ids._bind(task=task, task_id="1")
        look()
        request_ids._unbind(task=task)
    finally:
        task.pop_request()
        del app.tasks["tests.look"]
    assert seen == [{"task": "tests.look", "task_id": "1", "request_id": request_id}]
    assert get_request_id() == ""


@pytest.mark.django_db
def test_error_pages_and_problems_name_it(request_id: str, rocket: Cast, sign_in: Any) -> None:
    client = sign_in(rocket.analyst.user)
    assert f"Request ID: {request_id}" in client.get("/rocket/agent/nothing/").text
    assert client.get("/rocket/api/v1/tickets/999999/").json()["request_id"] == request_id


@pytest.mark.django_db(transaction=True)
def test_a_line_names_route_desk_and_person_and_no_secret(
    rocket: Cast, stack: Stack, tmp_path: Path
) -> None:
    stack.start_web()
    url = f"{stack.url}/rocket/agent/tickets/999999/?token={TOKEN}"
    answer = requests.get(url, cookies=get_cookies(rocket.analyst), timeout=30)
    assert answer.status_code == 404
    own = answer.headers["X-Request-ID"]
    assert f"Request ID: {own}" in answer.text
    log = tmp_path / "web.log"
    [line] = eventually(
        lambda: [
            text for text in log.read_text().splitlines() if own in text and "statements" in text
        ]
    )
    facts = dict(pair.split("=", 1) for pair in line.split() if "=" in pair)
    assert facts["route"] == "agent/tickets/<int:number>/"
    assert (facts["status"], facts["desk"]) == ("404", "rocket")
    assert facts["person"] == str(rocket.analyst.user_id)
    assert 1 < int(facts["statements"]) < 40
    written = log.read_text()
    assert TOKEN not in written
    assert rocket.analyst.user.email not in written
