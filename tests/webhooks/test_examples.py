"""The examples of docs/webhooks.md do what they say."""

from __future__ import annotations

import re
import sqlite3
import time
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from django.utils import timezone

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.tokens.programs import make_token
from tests.webhooks.helpers import respond
from tickets.models import TicketEvent
from tickets.webhooks.attempts import Secrets, build_headers
from tickets.webhooks.subscriptions import make_secret

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_code_of_the_guide_verifies_our_requests() -> None:
    [code] = re.findall(r"```python\n(.*?)```", (DOCS / "webhooks.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    former, current, body = make_secret(), make_secret(), b'{"type": "ticket.opened"}'
    headers = build_headers("msg_1_2", body, Secrets(current, former), at=timezone.now())
    for secret in (former, current):
        assert names["verify"](secret, headers, body)
    assert not names["verify"](make_secret(), headers, body)
    assert not names["verify"](current, headers, body + b" ")
    old = headers | {"webhook-timestamp": str(int(time.time()) - 301)}
    assert not names["verify"](current, old, body)


@pytest.mark.django_db(transaction=True)
def test_the_loader_has_every_event_once_and_continues(
    rocket: Cast, live_server: Any, tmp_path: Path
) -> None:
    load: Any = run_path(str(DOCS / "examples/load_events.py"))["load"]
    desk, path = f"{live_server.url}/rocket", str(tmp_path / "events.db")
    with desk_scope(rocket.desk):
        _row, token = make_token(rocket.desk, rocket.analyst, ["webhooks:read"])
        ticket = rocket.open_ticket()
        respond(rocket, ticket)
    first = load(desk, token, path)
    assert load(desk, token, path) == 0
    with desk_scope(rocket.desk):
        respond(rocket, ticket)
        expected = list(TicketEvent.objects.order_by("pk").values_list("pk", "kind"))
    assert load(desk, token, path) == len(expected) - first > 0
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT id, type FROM events ORDER BY id").fetchall() == expected
