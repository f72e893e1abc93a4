"""Two web processes on one database and one Valkey: each sees what the other changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.test import Client

from accounts.models import Agent
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.live.test_access_changes import StreamReader
from tests.stack import Stack, eventually
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nodes(stack: Stack, tmp_path: Path) -> Iterator[tuple[Stack, Stack]]:
    """Two web servers on different ports, with folders of their own."""
    (tmp_path / "other").mkdir()
    other = Stack(tmp_path / "other")
    stack.start_web()
    other.start_web()
    yield stack, other
    other.stop()


def get_cookies(agent: Agent) -> dict[str, str]:
    """Return the cookies of a browser that is signed in; they are valid at both nodes."""
    browser = Client()
    browser.force_login(agent.user)
    browser.get(f"/{agent.desk.slug}/agent/")
    return {name: morsel.value for name, morsel in browser.cookies.items()}


def post_note(node: Stack, cookies: dict[str, str], number: int, text: str) -> int:
    token = cookies[settings.CSRF_COOKIE_NAME]
    fields = {"kind": "note", "body": text, "csrfmiddlewaretoken": token, "form_token": "t"}
    url = f"{node.url}/rocket/agent/tickets/{number}/answers/"
    headers = {"Referer": node.url}
    sent = requests.post(
        url, fields, cookies=cookies, headers=headers, timeout=30, allow_redirects=False
    )
    return sent.status_code


def test_a_note_on_one_node_reaches_pages_on_the_other(
    rocket: Cast, ticket: Ticket, nodes: tuple[Stack, Stack]
) -> None:
    here, there = nodes
    theirs = get_cookies(rocket.colleague)
    reader = StreamReader(f"{there.url}/rocket/agent/stream/?ticket={ticket.number}", theirs)
    reader.start()
    eventually(lambda: ": still here" in reader.lines, what="the page is subscribed")
    assert post_note(here, get_cookies(rocket.analyst), ticket.number, "Seen elsewhere.") < 400
    eventually(lambda: f"data: {ticket.number}" in reader.lines, what="the other node hears")
    page = f"{there.url}/rocket/agent/tickets/{ticket.number}/"
    assert "Seen elsewhere." in requests.get(page, cookies=theirs, timeout=30).text
    # Who loses access at one node loses the stream at the other.
    with desk_scope(rocket.desk):
        rocket.colleague.is_active = False
        rocket.colleague.save()
    eventually(lambda: reader.has_ended, within=5, what="the stream ends")
    assert requests.get(page, cookies=theirs, timeout=30, allow_redirects=False).status_code == 404
