"""The example client works against a running server, and repeats what is safe to repeat."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import requests

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.stack import Stack, eventually
from tests.tokens.programs import make_token
from tickets.models import Note, Ticket

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SERVER = "http://plumbline.invalid/rocket/api/v1"


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """The client and the script, imported the way their reader would."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    # Their folder is on the path only here.
    yield import_module("plumbline_client"), import_module("a_days_work")
    for name in ("a_days_work", "plumbline_client"):
        sys.modules.pop(name)


class Replayed(requests.adapters.BaseAdapter):
    """Answers requests from a list: a status with headers, or an exception."""

    def __init__(self, answers: list[Any]) -> None:
        super().__init__()
        self.answers, self.sent = answers, list[requests.PreparedRequest]()

    def send(self, request: requests.PreparedRequest, **given: Any) -> requests.Response:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, headers, body = answer
        response.headers.update(headers)
        response.raw = io.BytesIO(json.dumps(body).encode())
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        pass


@pytest.fixture
def replay(examples: tuple[Any, Any]) -> Callable[..., tuple[Any, Replayed, list[float]]]:
    """Return a client that gets these answers, what it sends, and its pauses in seconds."""

    def make(*answers: Any) -> tuple[Any, Replayed, list[float]]:
        pauses: list[float] = []
        desk = examples[0].Plumbline(SERVER, "secret", pause=pauses.append)
        adapter = Replayed(list(answers))
        desk.session.mount("http://", adapter)
        return desk, adapter, pauses

    return make


def test_a_days_work(rocket: Cast, stack: Stack, examples: tuple[Any, Any]) -> None:
    client, script = examples
    _token, secret = make_token(rocket.desk, rocket.analyst)
    stack.start_web()
    desk = client.Plumbline(f"{stack.url}/rocket/api/v1", secret)
    number = script.work(desk, rocket.customer.email)
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get(desk=rocket.desk, number=number)
        assert (ticket.status, ticket.close_reason) == ("closed", "solved")
        assert ticket.contact_id == rocket.customer.pk
        assert ticket.messages.count() == 2
        assert Note.objects.filter(ticket=ticket).count() == 1

        changed_at = ticket.queue_row.changed_at

    def has_changed() -> bool:
        numbers, since = script.list_changes(desk, ticket.created_at.isoformat())
        return numbers == [number] and datetime.fromisoformat(since) == changed_at

    eventually(has_changed, what="the change is old enough to be listed")
    lines = io.StringIO()
    assert script.export(desk, lines) == 1
    assert json.loads(lines.getvalue())["number"] == number
    with pytest.raises(client.NotFoundError) as missing:
        desk.show_ticket(999)
    assert missing.value.detail
    with pytest.raises(client.InvalidRequestError) as invalid:
        desk.add_note(number, {"text": ""})
    assert [each["field"] for each in invalid.value.errors] == ["text"]
    with pytest.raises(client.NotSignedInError):
        client.Plumbline(f"{stack.url}/rocket/api/v1", "wrong").show_ticket(number)


def test_a_refused_or_lost_request_is_repeated_with_its_key(replay: Any) -> None:
    busy, created = (503, {"Retry-After": "7"}, {}), (201, {}, {"number": 1})
    lost, limited = requests.ConnectionError("reset"), (429, {"Retry-After": "3600"}, {})
    desk, adapter, pauses = replay(busy, lost, limited, created)
    assert desk.open_ticket({"subject": "x"}) == {"number": 1}
    assert pauses == [7, 4, 60], "Retry-After, the usual pause, and at most a minute"
    assert len({request.headers["Idempotency-Key"] for request in adapter.sent}) == 1
    assert {request.headers["Authorization"] for request in adapter.sent} == {"Bearer secret"}


def test_it_gives_up_after_five_tries(replay: Any, examples: tuple[Any, Any]) -> None:
    desk, adapter, _pauses = replay(*[(503, {}, {"title": "Busy", "detail": "Later."})] * 5)
    with pytest.raises(examples[0].ApiError, match="503 Busy: Later"):
        desk.show_ticket(1)
    assert len(adapter.sent) == 5


def test_lists_follow_their_pages(replay: Any) -> None:
    second = f"{SERVER}/tickets/?cursor=abc&limit=200&level=l1"
    pages = [
        (200, {}, {"results": [{"number": 1}], "next": second}),
        (200, {}, {"results": [{"number": 2}], "next": None}),
    ]
    desk, adapter, _pauses = replay(*pages)
    assert [ticket["number"] for ticket in desk.list_tickets(level="l1")] == [1, 2]
    assert [request.url for request in adapter.sent] == [
        f"{SERVER}/tickets/?limit=200&level=l1",
        second,
    ]
