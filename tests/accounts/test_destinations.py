"""A URL that the outgoing guard would refuse is refused when an admin saves it."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from pytest_django.fixtures import Settings

from accounts.models import CrmConnection, CustomerCard, IdentityProvider
from accounts.network import addresses
from accounts.network.addresses import get_destination_error
from channels_intake.admin.connection_forms import make_connection_form
from channels_intake.admin.team_chat_forms import ChatConnectionForm
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import (
    ChatConnection,
    CodeHost,
    Connection,
    PagingKind,
    PagingService,
)
from sla.admin.holidays import FeedForm
from sla.models import HolidaySource
from tests.accounts.test_outgoing import SPELLINGS
from tests.cast import Cast
from tickets.models import WebhookSubscription

# URLs that Plumbline calls, each with a check when it is saved, and those that only people open.
CALLED = {
    "accounts.CrmConnection.accounts_url",
    "accounts.CrmConnection.api_url",
    "accounts.CustomerCard.url",
    "accounts.IdentityProvider.server_url",
    "channels_intake.ChatConnection.server_url",
    "channels_intake.CodeHost.api_url",
    "channels_intake.Connection.api_url",
    "channels_intake.PagingService.url",
    "sla.HolidaySource.url",
    "tickets.WebhookSubscription.url",
}
OPENED = {
    "accounts.CrmConnection.notify_url",
    "accounts.IdentityProvider.sso_url",
    "channels_intake.CodeLink.url",
    "channels_intake.CodeRelease.url",
    "tickets.DefectRelease.url",
    "tickets.HelpRequest.url",
}
INSIDE = ["10.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "[::ffff:10.0.0.1]", *SPELLINGS]


@pytest.fixture(autouse=True)
def _production(settings: Settings) -> None:
    settings.MODE = "production"


def resolve_to(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let every name have these addresses."""

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("host", INSIDE)
def test_no_spelling_of_a_private_address_is_saved(in_rocket: Cast, host: str) -> None:
    url = f"https://{host}"
    provider = IdentityProvider(
        desk=in_rocket.desk, name="x", server_url=url, client_id="c", is_active=True
    )
    connection = CrmConnection(desk=in_rocket.desk, accounts_url=url, api_url=url)
    code_host = CodeHost(desk=in_rocket.desk, api_url=url, repository="acme/app")
    paging = PagingService(desk=in_rocket.desk, kind=PagingKind.WEBHOOK, url=url)
    for row, fields in (
        (provider, {"server_url"}),
        (connection, {"accounts_url", "api_url"}),
        (code_host, {"api_url"}),
        (paging, {"url"}),
        (CustomerCard(desk=in_rocket.desk, name="x", url=url), {"url"}),
        (WebhookSubscription(desk=in_rocket.desk, name="x", url=url), {"url"}),
    ):
        with pytest.raises(ValidationError) as refused:
            row.clean()
        assert set(refused.value.message_dict) == fields
    chat = {"name": "Support", "kind": "mattermost", "server_url": url, "webhook_url": url}
    form = ChatConnectionForm(chat, instance=ChatConnection(desk=in_rocket.desk))
    assert {"server_url", "webhook_url"} <= set(form.errors)
    assert "url" in FeedForm({"url": url}, instance=HolidaySource(desk=in_rocket.desk)).errors


def list_kinds_with_a_url() -> list[str]:
    """Return the kinds of channels whose form asks for the URL of the vendor's API."""
    return [kind for kind, one in CONNECTORS.items() if "api_url" in {f.name for f in one.fields}]


@pytest.mark.parametrize("kind", list_kinds_with_a_url())
@pytest.mark.parametrize("host", INSIDE)
def test_no_channel_is_saved_with_a_private_address(in_rocket: Cast, kind: str, host: str) -> None:
    entered = {"name": "Support", "api_url": f"https://{host}"}
    form = make_connection_form(kind)(entered, instance=Connection(desk=in_rocket.desk))
    assert "api_url" in form.errors


def test_every_url_that_is_stored_is_checked_or_never_called() -> None:
    stored = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.URLField)
    }
    assert stored == CALLED | OPENED


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (["8.8.8.8"], ""),
        (["192.168.1.4"], "intranet.acme.example is not a public address."),
        (["8.8.8.8", "127.0.0.1"], "not a public address"),
        ([], ""),  # it may be set up later
    ],
)
def test_a_name_is_judged_by_its_addresses(
    monkeypatch: pytest.MonkeyPatch, found: list[str], why: str
) -> None:
    resolve_to(monkeypatch, *found)
    error = get_destination_error("https://intranet.acme.example/")
    assert (why in error) if why and error else error is None and not why


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://idp.acme.example", "Only https"),
        ("https://idp.acme.example:8443", "port 443"),
        ("https://idp.acme.example:99999", "not a URL"),
        (f"https://{'x' * 70}.example", "not a URL"),
        ("https://user:word@idp.acme.example", "user name"),
        ("idp.acme.example", "https://"),
        ("https://", "https://"),
        ("https://[::1", "not a URL"),
    ],
)
def test_the_form_of_a_url_is_checked_as_before_a_request(
    monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    if "xxx" not in url:
        resolve_to(monkeypatch, "8.8.8.8")
    assert why in (get_destination_error(url) or "")


def test_elsewhere_than_in_production_fakes_on_this_machine_are_allowed(settings: Settings) -> None:
    settings.MODE = "test"
    assert get_destination_error("http://127.0.0.1:8123") is None
