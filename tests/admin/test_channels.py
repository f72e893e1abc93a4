"""Channels in the admin site, step by step: kind, fields, the vendor's side, test and health."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.calls.errors import CallLaterError
from channels_intake.connections.contract import Detail, FieldKind, SetupField
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import ChannelEvent, Connection, ConnectionKind
from tests.cast import NOON, Cast
from tests.connections.helpers import accept
from tests.connections.tiny import SECRET, TinyConnector, connect, write
from tests.forms import read_form

BASE = "/rocket/admin/channels_intake/"
ADD = f"{BASE}connection/add/?kind=telegram"
FIELDS = {"name": "Bot", "external_id": "acme", "secret_secret": SECRET, "setting_region": "eu"}


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> TinyConnector:
    connector = TinyConnector()
    monkeypatch.setitem(CONNECTORS, ConnectionKind.TELEGRAM, connector)
    return connector


def read(cast: Cast) -> Connection:
    with desk_scope(cast.desk):
        return Connection.objects.select_related("desk").get()


def get_page(cast: Cast) -> str:
    return f"{BASE}connection/{read(cast).pk}/change/"


def test_the_first_step_is_the_kind(rocket: Cast, at_rocket: Client, tiny: TinyConnector) -> None:
    for url in (f"{BASE}connection/add/", f"{BASE}connection/add/?kind=unheard-of"):
        page = at_rocket.get(url).content.decode()
        for kind in CONNECTORS:
            assert f"?kind={kind}" in page
            assert escape(str(CONNECTORS[kind].purpose)) in page
    form = at_rocket.get(ADD).content.decode()
    assert 'name="setting_region"' in form
    assert SECRET not in form


def test_a_saved_channel_shows_what_to_do_at_the_vendor(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    answer = at_rocket.post(ADD, FIELDS, follow=True)
    connection = read(rocket)
    assert answer.redirect_chain == [(get_page(rocket), 302)]
    page = answer.content.decode()
    assert f"/rocket/channels/{connection.hook_token}/</code> as the webhook." in page
    assert "Follow the steps below" in page
    assert (connection.kind, connection.external_id) == ("telegram", "acme")
    assert connection.settings == {"region": "eu"}
    assert connection.secrets == {"secret": SECRET}
    assert connection.silent_until is not None
    assert connection.next_poll_at is not None


def test_secrets_are_neither_shown_nor_audited(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    at_rocket.post(ADD, FIELDS)
    page = get_page(rocket)
    kept = at_rocket.post(page, FIELDS | {"secret_secret": "", "setting_region": "us"})
    assert kept.status_code == 302
    assert (read(rocket).secrets, read(rocket).settings) == ({"secret": SECRET}, {"region": "us"})
    at_rocket.post(page, FIELDS | {"secret_secret": "n3w-secret"})
    assert read(rocket).secrets == {"secret": "n3w-secret"}
    with desk_scope(rocket.desk):
        entries = json.dumps([entry.detail for entry in AuditEntry.objects.all()])
    for text in (entries, at_rocket.get(page).content.decode()):
        assert SECRET not in text
        assert "n3w-secret" not in text


def test_what_was_stored_while_the_form_was_open_stays(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    """A connector may have refreshed a token, or a poll have moved on."""
    at_rocket.post(ADD, FIELDS)
    page = get_page(rocket)
    opened = read_form(at_rocket.get(page).content.decode())
    with desk_scope(rocket.desk):
        connection = read(rocket)
        connection.enter_secrets(refreshed="n3w-token")
        connection.cursor = {"page": 7}
        connection.save()
    assert at_rocket.post(page, opened | {"setting_region": "us"}).status_code == 302
    assert read(rocket).secrets == {"secret": SECRET, "refreshed": "n3w-token"}
    at_rocket.post(page, opened | {"secret_secret": "another"})
    assert read(rocket).secrets == {"secret": "another", "refreshed": "n3w-token"}
    assert read(rocket).cursor == {"page": 7}


def test_what_is_missing_or_used_already_is_said(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    page = at_rocket.post(ADD, {"name": "", "external_id": ""}).content.decode()
    assert page.count("This field is required.") >= 3
    at_rocket.post(ADD, FIELDS)
    twice = at_rocket.post(ADD, FIELDS | {"name": "Other"}).content.decode()
    assert "This desk already has a channel with this ID." in twice
    same = at_rocket.post(ADD, FIELDS | {"external_id": "other"}).content.decode()
    assert "There is already a channel with this name." in same


class OwnServer(TinyConnector):
    """Fields of every kind, and a server of the desk's own."""

    fields = (
        SetupField("api_url", "Server"),
        SetupField("secret", "Secret", kind=FieldKind.SEALED),
        SetupField("more", "More", kind=FieldKind.SEALED, is_required=False),
        SetupField("hosts", "Hosts", kind=FieldKind.HOSTS),
        SetupField("text", "Text", kind=FieldKind.TEXT, initial="a, b"),
        SetupField("number", "Number", kind=FieldKind.NUMBER, initial=5),
        SetupField("is_on", "On", kind=FieldKind.YES_NO, initial=True),
        SetupField("color", "Color", kind=FieldKind.COLOR, initial="#112233"),
        SetupField("store", "Store", kind=FieldKind.CHOICE, choices=(("a", "A"), ("b", "B"))),
    )
    steps = ()


OWN = {
    "name": "Own",
    "api_url": "https://chat.example/",
    "secret_secret": SECRET,
    "setting_hosts": "www.example.com\nlocalhost:8000",
    "setting_text": "one\ntwo",
    "setting_number": "7",
    "setting_color": "#ABCDEF",
    "setting_store": "b",
}


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONNECTORS, ConnectionKind.TELEGRAM, OwnServer())


@pytest.mark.usefixtures("own")
def test_fields_of_every_kind_are_stored_by_their_names(rocket: Cast, at_rocket: Client) -> None:
    assert at_rocket.post(ADD, OWN).status_code == 302
    assert read(rocket).api_url == "https://chat.example"
    assert read(rocket).settings == {
        "hosts": ["www.example.com", "localhost:8000"], "text": "one\ntwo", "number": 7,
        "is_on": False, "color": "#ABCDEF", "store": "b",
    }  # fmt: skip
    page = at_rocket.get(get_page(rocket)).content.decode()
    assert "www.example.com\nlocalhost:8000" in page


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("setting_hosts", "https://www.example.com/", "t a host name"),
        ("setting_color", "red", "Enter a valid value."),
        ("setting_store", "c", "Select a valid choice."),
        ("setting_number", "-1", "greater than or equal to 0"),
        ("api_url", "https://169.254.169.254", "169.254.169.254 is not a public address"),
    ],
)
def test_what_a_field_cannot_be_is_refused(
    rocket: Cast, at_rocket: Client, field: str, value: str, error: str, settings: Any
) -> None:
    settings.MODE = "production" if field == "api_url" else settings.MODE
    answer = at_rocket.post(ADD, OWN | {field: value})
    assert answer.status_code == 200
    assert error in answer.content.decode()
    with desk_scope(rocket.desk):
        assert not Connection.objects.exists()


@pytest.mark.usefixtures("own")
def test_a_stored_secret_never_goes_to_another_address(rocket: Cast, at_rocket: Client) -> None:
    at_rocket.post(ADD, OWN)
    moved = OWN | {"api_url": "https://elsewhere.example", "secret_secret": ""}
    answer = at_rocket.post(get_page(rocket), moved).content.decode()
    assert "Enter this secret again, because the URL has changed." in answer
    assert read(rocket).api_url == "https://chat.example"


def test_the_test_button_says_what_is_wrong(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    at_rocket.post(ADD, FIELDS)
    button = f"{BASE}connection/{read(rocket).pk}/test/"
    tiny.problem = "The token has expired."
    page = at_rocket.post(button, follow=True).content.decode()
    assert "Testing Bot failed: The token has expired." in page
    assert read(rocket).problem == "The token has expired."
    tiny.problem = ""
    assert "Bot works." in at_rocket.post(button, follow=True).content.decode()
    assert read(rocket).problem == ""


def test_a_new_secret_continues_what_waits(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    at_rocket.post(ADD, FIELDS)
    with desk_scope(rocket.desk):
        Connection.objects.update(next_poll_at=NOON.replace(year=2100))
    at_rocket.post(get_page(rocket), FIELDS | {"secret_secret": "n3w-secret"})
    assert read(rocket).next_poll_at.year < 2100


def test_the_page_says_what_the_connector_says(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_rocket.post(ADD, FIELDS)
    said = (Detail("Events this month", "12 <b>"),)
    monkeypatch.setattr(TinyConnector, "describe", lambda *args, **kwargs: said)
    page = at_rocket.get(get_page(rocket)).content.decode()
    assert "Events this month: 12 &lt;b&gt;" in page


def test_a_channel_with_conversations_is_paused_instead_of_deleted(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    with desk_scope(rocket.desk):
        connection = connect(rocket)
        accept(connection, write())
        unused = connect(rocket, name="Unused", external_id="unused")
    url = f"{BASE}connection/{connection.pk}/delete/"
    assert "Pause it instead." in at_rocket.get(url).content.decode()
    at_rocket.post(url, {"post": "yes"})
    at_rocket.post(f"{BASE}connection/{unused.pk}/delete/", {"post": "yes"})
    with desk_scope(rocket.desk):
        assert list(Connection.objects.all()) == [connection]


def test_an_event_that_was_set_aside_is_shown_and_processed_again(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    with desk_scope(rocket.desk):
        accept(connect(rocket), {"kind": "other", "text": "<script>"})
        event = ChannelEvent.objects.get()
    page = at_rocket.get(f"{BASE}channelevent/{event.pk}/change/").content.decode()
    assert "&lt;script&gt;" in page
    assert "use events of this kind" in page
    listed = at_rocket.get(f"{BASE}channelevent/?state__exact=set_aside").content.decode()
    assert "use events of this kind" in listed
    again = f"{BASE}channelevent/{event.pk}/again/"
    assert "will be processed again" in at_rocket.post(again, follow=True).content.decode()
    with desk_scope(rocket.desk):
        assert ChannelEvent.objects.get().state == "received"
    assert "Only an event" in at_rocket.post(again, follow=True).content.decode()


def test_another_desks_channels_are_not_there(
    rocket: Cast, matter: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    with desk_scope(matter.desk):
        theirs = connect(matter)
        accept(theirs, {"kind": "other"})
        event = ChannelEvent.objects.get()
    assert at_rocket.post(f"{BASE}connection/{theirs.pk}/test/").status_code == 404
    assert at_rocket.post(f"{BASE}channelevent/{event.pk}/again/").status_code == 404
    assert at_rocket.get(f"{BASE}connection/{theirs.pk}/change/").status_code == 404


def test_a_vendor_that_is_down_leaves_the_page_usable(
    rocket: Cast, at_rocket: Client, tiny: TinyConnector
) -> None:
    tiny.polls.append(CallLaterError("down"))
    assert at_rocket.post(ADD, FIELDS).status_code == 302
    assert at_rocket.get(f"{BASE}connection/").status_code == 200
