"""Tests of saved connections over the API: the results of the buttons in the admin site."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from accounts.models import CustomerCard, IdentityProvider
from channels_intake.calls.errors import CallRefusedError
from channels_intake.connectors.telegram.connector import TelegramConnector
from channels_intake.models import Connection, PagingService
from helpdesk.shared import connection_tests
from tests.access.people import create_chat, create_code_host
from tests.agent.conftest import SignIn
from tests.api.setups import send
from tests.cast import NOON, Cast
from tests.tokens.programs import make_program, make_token

JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def channel(in_rocket: Cast) -> Connection:
    given = {"kind": "telegram", "name": "Bot", "silent_until": NOON}
    return Connection.objects.create(desk=in_rocket.desk, **given)


def test_a_channel_is_tested_and_its_health_is_kept(
    in_rocket: Cast, sign_in: SignIn, channel: Connection, monkeypatch: Any
) -> None:
    admin, path = sign_in(in_rocket.admin.user), f"channels/{channel.pk}/"
    monkeypatch.setattr(TelegramConnector, "check", lambda *_, **__: "")
    found = send(admin, "post", f"{path}test/").json()
    assert found["is_working"] is True
    assert [one["level"] for one in found["findings"]] == ["success"]

    def refuse(*_: Any, **__: Any) -> str:
        raise CallRefusedError("Unauthorized")

    monkeypatch.setattr(TelegramConnector, "check", refuse)
    found = send(admin, "post", f"{path}test/").json()
    [finding] = found["findings"]
    assert (found["is_working"], finding["level"]) == (False, "error")
    assert "Unauthorized" in finding["text"]
    assert "Unauthorized" in send(admin, "get", path).json()["problem"]


def test_the_others_say_what_they_found(in_rocket: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    desk, admin = in_rocket.desk, sign_in(in_rocket.admin.user)
    monkeypatch.setattr(connection_tests, "check_connection", lambda *_, **__: "No access.")
    monkeypatch.setattr(connection_tests, "send_test_message", lambda *_, **__: "")
    card = CustomerCard.objects.create(desk=desk, name="Billing", url="https://cards.acme.example/")
    saml = IdentityProvider.objects.create(desk=desk, kind="saml", name="SAML", is_active=False)
    pager = PagingService.objects.create(desk=desk, name="Mail", kind="email")
    for path, text, is_working in (
        (f"code-hosts/{create_code_host(desk).pk}/", "No access.", False),
        (f"chat-channels/{create_chat(in_rocket).pk}/", "The test message arrived.", True),
        (f"customer-cards/{card.pk}/", "Enter a secret.", False),
        (f"identity-providers/{saml.pk}/", "entity ID", False),
        (f"paging-services/{pager.pk}/", in_rocket.admin.user.email, True),
    ):
        answer = send(admin, "post", f"{path}test/")
        assert answer.status_code == 200, path
        assert (answer.json()["is_working"], len(answer.json()["findings"])) == (is_working, 1)
        assert text in answer.json()["findings"][0]["text"]
    assert [email.to for email in mail.outbox] == [[in_rocket.admin.user.email]]


def test_tests_share_the_limit_of_their_buttons(
    in_rocket: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "paging_test": "2/m/user"}
    pager = PagingService.objects.create(desk=in_rocket.desk, name="Mail", kind="email")
    admin = sign_in(in_rocket.admin.user)
    admin.post(f"/rocket/admin/channels_intake/pagingservice/{pager.pk}/test/")
    path = f"paging-services/{pager.pk}/test/"
    assert [send(admin, "post", path).status_code for _ in range(2)] == [200, 429]
    assert len(mail.outbox) == 2


def test_only_admins_of_the_desk_test_its_connections(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    pager = PagingService.objects.create(desk=in_rocket.desk, name="Mail", kind="email")
    path = f"paging-services/{pager.pk}/test/"
    assert send(sign_in(in_rocket.lead.user), "post", path).status_code == 403
    assert send(sign_in(in_rocket.customer.user), "post", path).status_code == 404
    foreign = sign_in(matter.admin.user)
    assert foreign.post(f"/matter/api/v1/{path}", **JSON).status_code == 404
    statuses = {}
    for scope in ("settings:read", "settings:write"):
        _token, secret = make_token(in_rocket.desk, in_rocket.admin, [scope])
        statuses[scope] = send(make_program(secret), "post", path).status_code
    assert statuses == {"settings:read": 403, "settings:write": 200}
    assert len(mail.outbox) == 1
