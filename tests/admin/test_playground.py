"""The channel playground: each desk's channels at fakes of its own, and a page to act there."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from channels_intake.models import Connection
from helpdesk.demo.playground import channels
from helpdesk.demo.playground.address import HOST, read_address, write_address
from helpdesk.demo.playground.channels import connect_desk
from helpdesk.demo.playground.fakes import FAKES, find_fake, make_prefix
from helpdesk.demo.playground.replies import find_text
from helpdesk.demo.source import SLUGS, read_data
from helpdesk.demo.vendors.contract import FakeVendor, LogLine
from helpdesk.demo.vendors.serving import make_server
from tests.cast import NOON, Cast

PAGE = "/rocket/admin/playground/"
CHANNEL = {"kind": "reviews", "name": "Our app", "external_id": "app"}


@pytest.fixture
def fakes(rocket: Cast, settings: Any, tmp_path: Path) -> Iterator[dict[str, FakeVendor]]:
    """The fakes of the first desk, listening, as in the demo."""
    settings.MODE, settings.DATA_DIR = "demo", tmp_path
    slug = rocket.desk.slug
    found = {make_prefix(slug, fake): fake() for fake in FAKES}
    with make_server(found) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        write_address(f"http://{HOST}:{server.server_port}")
        yield found
        server.shutdown()


@pytest.fixture
def connection(
    rocket: Cast, fakes: dict[str, FakeVendor], monkeypatch: pytest.MonkeyPatch
) -> Connection:
    monkeypatch.setattr(channels, "read_data", lambda slug, part: {"channel": [CHANNEL]})
    connect_desk(rocket.desk, fakes, at=NOON)
    with desk_scope(rocket.desk):
        return Connection.objects.get()


def test_every_kind_of_connection_has_a_fake_in_both_desks() -> None:
    for slug in SLUGS:
        rows = read_data(slug, "channels")["channel"]
        assert len({row["kind"] for row in rows}) == len(rows)
        assert all(find_fake(row["kind"]) for row in rows)
        assert {kind for fake in FAKES for kind in fake.kinds} == {row["kind"] for row in rows}


def test_every_desk_of_the_demo_is_connected_to_all_of_them(
    rocket: Cast, fakes: dict[str, FakeVendor], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_data("mattermost", "channels")
    monkeypatch.setattr(channels, "read_data", lambda slug, part: rows)
    for _twice in range(2):
        connect_desk(rocket.desk, fakes, at=NOON)
    with desk_scope(rocket.desk):
        found = list(Connection.objects.all())
    assert len(found) == len(rows["channel"])
    assert all(one.api_url.startswith(read_address()) for one in found)


def test_a_play_is_done_by_the_desks_fake(
    rocket: Cast, connection: Connection, fakes: dict[str, FakeVendor], at_rocket: Client
) -> None:
    page = at_rocket.get(PAGE)
    assert b"Leave a review" in page.content
    given = {"connection": connection.pk, "action": "review", "rating": "1", "content": "<b>Bad"}
    answer = at_rocket.post(PAGE, given)
    assert answer["Location"] == f"{PAGE}?channel={connection.pk}&played=1"
    page = at_rocket.get(answer["Location"]).content.decode()
    assert f'content="5; url={PAGE}?channel={connection.pk}"' in page
    assert 'http-equiv="refresh"' not in at_rocket.get(PAGE).content.decode()
    [review] = fakes["rocket.appfollow"].reviews["app"]  # type: ignore[attr-defined] # AppFollow
    assert (review["rating"], review["content"]) == (1, "<b>Bad")
    with desk_scope(rocket.desk):
        assert Connection.objects.get().next_poll_at != NOON  # asked soon


@pytest.mark.parametrize(
    "given", [{}, {"connection": "x"}, {"connection": "0", "action": "review"}]
)
def test_what_the_page_does_not_offer_is_not_found(
    connection: Connection, at_rocket: Client, given: dict[str, str]
) -> None:
    assert at_rocket.post(PAGE, given).status_code == 404
    unknown = {"connection": connection.pk, "action": "connect"}
    assert at_rocket.post(PAGE, unknown).status_code == 404


def test_a_connection_of_another_desk_is_not_found(
    connection: Connection, matter: Cast, sign_in: Any
) -> None:
    admin = sign_in(matter.admin.user)
    given = {"connection": connection.pk, "action": "review"}
    assert admin.post("/matter/admin/playground/", given).status_code == 404
    assert admin.get(PAGE).status_code == 404


def test_agents_and_visitors_do_not_see_it(
    rocket: Cast, connection: Connection, sign_in: Any
) -> None:
    assert sign_in(rocket.analyst.user).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_outside_of_the_demo_there_is_none(
    connection: Connection, at_rocket: Client, settings: Any
) -> None:
    settings.MODE = "production"
    assert at_rocket.get(PAGE).status_code == 404
    assert b"Channel playground" not in at_rocket.get("/rocket/admin/").content


def test_the_website_includes_messenger_and_form(
    rocket: Cast, fakes: dict[str, FakeVendor], monkeypatch: pytest.MonkeyPatch, at_rocket: Client
) -> None:
    rows = {"channel": [{"kind": kind, "name": kind} for kind in ("messenger", "form")]}
    monkeypatch.setattr(channels, "read_data", lambda slug, part: rows)
    connect_desk(rocket.desk, fakes, at=NOON)
    page = at_rocket.get(PAGE).content.decode()
    assert f"{read_address()}/rocket.website/" in page
    scripts = fakes["rocket.website"].scripts  # type: ignore[attr-defined] # Website
    for url in scripts.values():
        path = url.partition("/rocket/")[2]
        assert Client().get(f"/rocket/{path}").status_code == 200


def test_it_shows_one_channel_with_the_replies_at_its_vendor(
    connection: Connection, fakes: dict[str, FakeVendor], at_rocket: Client
) -> None:
    log = fakes["rocket.appfollow"].log
    log.append(LogLine("in", "GET /api/v2/reviews", 200))
    log.append(LogLine("in", "POST /api/v2/reviews/reply", 400, '{"answer_text": "Too long"}'))
    log.append(LogLine("in", "POST /api/v2/reviews/reply", 200, '{"answer_text": "<b>Sorry"}'))
    page = at_rocket.get(f"{PAGE}?channel={connection.pk}").content.decode()
    assert page.count('aria-current="page"') >= 1
    assert page.index("&lt;b&gt;Sorry") < page.index("Too long") < page.index("Refused by")
    assert page.count("Refused by the provider") == 1


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ('{"message": {"text": "Hello"}, "recipient": {"id": "1"}}', "Hello"),
        ('{"text": {"body": "Hello"}, "to": "1"}', "Hello"),
        ('{"message": {"rid": "1", "msg": "Hello"}}', "Hello"),
        ("message=Hello+you&token=x", "Hello you"),
        ('{"url": "https://help.example"}', ""),
        ("[1]", ""),
        ("", ""),
    ],
)
def test_the_text_of_a_reply_is_found_as_each_vendor_takes_it(detail: str, text: str) -> None:
    assert find_text(detail) == text


PLAYS = [  # what opens a conversation, its fields, and the ID that is stored once
    ("telegram", "write", {"text": "Hello"}, r'"update_id": ?(\d+)'),
    ("whatsapp", "message", {"text": "Hello"}, r'"(wamid[^"]+)"'),
    ("facebook", "message", {"text": "Hello"}, r'"mid": ?"([^"]+)"'),
    ("x", "message", {"text": "Hello"}, r'"event_uuid": ?"([^"]+)"'),
    ("hotline", "call", {"number": "+49301234567"}, r'"call_id": ?(\d+)'),
    ("calls", "call", {"number": "+49301234567"}, r'"call_id": ?"([^"]+)"'),
]


@pytest.mark.parametrize(("kind", "action", "data", "pattern"), PLAYS)
def test_what_is_written_after_a_restart_is_something_new(
    rocket: Cast,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    action: str,
    data: dict[str, str],
    pattern: str,
) -> None:
    rows = [row for row in read_data("rocketchat", "channels")["channel"] if row["kind"] == kind]
    monkeypatch.setattr(channels, "read_data", lambda slug, part: {"channel": rows})
    ids = [
        re.findall(pattern, _act(rocket, kind, action, data, begins_at=first))
        for first in (1_000, 2_000)
    ]
    assert all(ids)
    assert not set(ids[0]) & set(ids[1])


def _act(cast: Cast, kind: str, action: str, data: dict[str, str], *, begins_at: int) -> str:
    """Let a fake that has just begun act, and return what it sent."""
    kind_of_fake = find_fake(kind)
    assert kind_of_fake is not None
    fake, sent = kind_of_fake(), bytearray()
    fake.begin_at(begins_at)
    fake.deliver = lambda url, body, headers: sent.extend(body) or 200  # type: ignore[method-assign]
    connect_desk(cast.desk, {make_prefix(cast.desk.slug, kind_of_fake): fake}, at=NOON)
    with desk_scope(cast.desk):
        external_id = Connection.objects.get().external_id
    fake.play(action, {**data, "connection": external_id})
    return sent.decode()
