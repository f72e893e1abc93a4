"""The account's connection: its test, tokens, webhook, limits, files and costs."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database

from accounts.tenancy import desk_scope
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import RefusedError, RemoteFile, Request, Unit
from channels_intake.connections.hooks import get_hook_url
from channels_intake.connectors.x.connector import XConnector
from channels_intake.connectors.x.tokens import ask_as_account
from channels_intake.connectors.x.webhooks import EVERY
from channels_intake.models import ChannelEvent, Connection, Conversation
from helpdesk.demo.vendors.x import XFake
from tests.cast import Cast
from tests.connectors.x.conftest import connect

pytestmark = pytest.mark.django_db

CONNECTOR = XConnector()
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def count(fake: XFake, what: str) -> int:
    return sum(line.what == what for line in fake.log)


def test_the_test_registers_the_webhook_and_subscribes_once(
    account: Connection, fake: XFake
) -> None:
    assert [CONNECTOR.check(account, at=NOW) for _ in range(2)] == ["", ""]
    (hook,) = fake.hooks
    assert (hook.url, hook.valid) == (get_hook_url(account), True)
    kinds = [row["event_type"] for row in fake.subscriptions]
    assert kinds == [
        "post.mention.create", "dm.received", "chat.received", "post.create", "post.delete",
        "dm.sent",
    ]  # fmt: skip
    assert {row["webhook_id"] for row in fake.subscriptions} == {hook.id}


def test_what_the_account_writes_costs_nothing_if_nobody_wants_to_see_it(
    account: Connection, fake: XFake
) -> None:
    account.settings["includes_own"] = False
    CONNECTOR.check(account, at=NOW)
    assert len(fake.subscriptions) == 3


def test_a_token_of_another_account_is_said_with_its_id(account: Connection, fake: XFake) -> None:
    fake.account |= {"id": "42", "username": "Other"}
    said = CONNECTOR.check(account, at=NOW)
    assert said == "The access token belongs to @Other, whose ID is 42."
    assert not fake.hooks


def test_a_webhook_that_x_cannot_reach_is_said(account: Connection, fake: XFake) -> None:
    fake.client = (fake.client[0], "another secret")
    with pytest.raises(CallRefusedError, match="CrcValidationFailed"):
        CONNECTOR.check(account, at=NOW)


def test_an_expired_token_is_replaced_once_and_kept(account: Connection, fake: XFake) -> None:
    fake.access = "expired meanwhile"
    for _ in range(2):
        ask_as_account(account, "GET", "/2/users/me", at=NOW)
    assert count(fake, "POST /2/oauth2/token") == 1
    stored = Connection.objects.get(pk=account.pk).secrets
    assert (stored["access_token"], stored["refresh_token"]) == (fake.access, fake.refresh)
    assert stored["bearer_token"] == fake.bearer


def test_a_token_is_replaced_before_it_ends(account: Connection, fake: XFake) -> None:
    account.enter_secrets(token_until=str(int(NOW.timestamp()) + 60))
    account.save()
    ask_as_account(account, "GET", "/2/users/me", at=NOW)
    assert [line.status for line in fake.log] == [200, 200]
    ask_as_account(account, "GET", "/2/users/me", at=NOW + timedelta(minutes=100))
    assert count(fake, "POST /2/oauth2/token") == 1
    ask_as_account(account, "GET", "/2/users/me", at=NOW + timedelta(minutes=119))
    assert count(fake, "POST /2/oauth2/token") == 2


def test_a_token_that_another_worker_replaced_is_taken_from_there(
    account: Connection, fake: XFake
) -> None:
    other = Connection.objects.get(pk=account.pk)
    fake.access = "expired meanwhile"
    ask_as_account(other, "GET", "/2/users/me", at=NOW)
    ask_as_account(account, "GET", "/2/users/me", at=NOW)
    assert count(fake, "POST /2/oauth2/token") == 1


def test_a_refresh_token_that_x_refuses_waits_for_an_admin(
    account: Connection, fake: XFake
) -> None:
    fake.access, fake.refresh = "other", "other"
    with pytest.raises(CallLaterError, match="Enter new ones") as caught:
        ask_as_account(account, "GET", "/2/users/me", at=NOW)
    assert (caught.value.status, caught.value.is_for_all) == (401, True)
    assert "a-refresh-token" not in str(caught.value)


def test_a_limit_lasts_until_x_says(account: Connection, fake: XFake) -> None:
    reset = str(int(NOW.timestamp()) + 300)
    fake.fail_next(429, {"title": "Too Many Requests"}, x_rate_limit_reset=reset)
    with pytest.raises(CallLaterError) as caught:
        ask_as_account(account, "GET", "/2/users/me", at=NOW)
    assert (caught.value.seconds, caught.value.is_for_all) == (301, True)


def test_used_up_credits_wait(account: Connection, fake: XFake) -> None:
    fake.has_credits = False
    with pytest.raises(CallLaterError, match="no credits") as caught:
        ask_as_account(account, "GET", "/2/users/me", at=NOW)
    assert caught.value.is_for_all


@pytest.mark.parametrize("kind", ["client-forbidden", "usage-capped"])
def test_access_that_an_admin_can_buy_is_waited_for(
    account: Connection, fake: XFake, kind: str
) -> None:
    fake.fail_next(403, {"title": "No", "type": f"https://api.x.com/2/problems/{kind}"})
    with pytest.raises(CallLaterError):
        ask_as_account(account, "GET", "/2/users/me", at=NOW)


@pytest.mark.parametrize("body", [None, [], {"errors": 7}, {"detail": None}])
def test_a_failure_of_x_is_tried_again(account: Connection, fake: XFake, body: object) -> None:
    fake.fail_next(503, body)
    with pytest.raises(CallLaterError):
        ask_as_account(account, "GET", "/2/users/me", at=NOW)


def test_an_invalid_webhook_is_validated_and_what_was_missed_is_replayed(
    account: Connection, fake: XFake
) -> None:
    CONNECTOR.check(account, at=NOW)
    account.cursor = CONNECTOR.poll(account, at=NOW).cursor
    (hook,) = fake.hooks
    hook.valid = False
    found = NOW + EVERY
    polled = CONNECTOR.poll(account, at=found)
    account.cursor = polled.cursor
    assert hook.valid
    assert polled.next_at == found + EVERY
    assert not fake.replays  # X doesn't have the last ten minutes yet
    for minutes in (30, 45, 60):
        account.cursor = CONNECTOR.poll(account, at=NOW + timedelta(minutes=minutes)).cursor
    (replay,) = fake.replays
    assert replay["webhook_id"] == hook.id
    assert (replay["from_date"], replay["to_date"]) == ("202611261200", "202611261216")
    assert "missed_from" not in account.cursor


def test_what_came_while_nobody_looked_is_replayed_too(account: Connection, fake: XFake) -> None:
    CONNECTOR.check(account, at=NOW)
    account.cursor = CONNECTOR.poll(account, at=NOW).cursor
    back = NOW + timedelta(hours=9)
    for at in (back, back + EVERY, back + 2 * EVERY):
        account.cursor = CONNECTOR.poll(account, at=at).cursor
    assert [replay["from_date"] for replay in fake.replays] == ["202611261200"]
    assert [replay["to_date"] for replay in fake.replays] == ["202611262101"]


def test_a_replay_reaches_five_days_back_at_most(account: Connection, fake: XFake) -> None:
    CONNECTOR.check(account, at=NOW)
    account.cursor = {"valid_at": (NOW - timedelta(days=30)).isoformat()}
    account.cursor = CONNECTOR.poll(account, at=NOW).cursor
    CONNECTOR.poll(account, at=NOW + EVERY)
    assert [replay["from_date"] for replay in fake.replays] == ["202611211215"]


def test_a_webhook_that_stays_invalid_is_a_problem(account: Connection, fake: XFake) -> None:
    CONNECTOR.check(account, at=NOW)
    fake.hooks[0].valid = False
    fake.client = (fake.client[0], "another secret")
    with pytest.raises(CallLaterError, match="can't reach"):
        CONNECTOR.poll(account, at=NOW)


def test_a_webhook_that_is_gone_is_a_problem(account: Connection) -> None:
    with pytest.raises(CallRefusedError, match="Test the connection"):
        CONNECTOR.poll(account, at=NOW)


@pytest.mark.parametrize(
    ("thread", "chars", "unit"),
    [("post:1:2", 280, Unit.WEIGHTED), ("dm:2", 10_000, Unit.CHARS)],
)
def test_limits_are_those_of_posts_and_of_messages(
    account: Connection, thread: str, chars: int, unit: Unit
) -> None:
    limits = CONNECTOR.get_limits(account, Conversation(external_id=thread))
    assert (limits.max_chars, limits.unit, limits.refusal) == (chars, unit, "")


def test_an_encrypted_chat_is_answered_in_x(account: Connection) -> None:
    limits = CONNECTOR.get_limits(account, Conversation(external_id="chat:2:1"))
    assert limits.refusal == "This chat is encrypted. Reply in X."
    assert limits.refusal_url == "https://x.com/messages"


def test_files_of_messages_need_the_token_and_others_do_not(
    account: Connection, fake: XFake
) -> None:
    fake.files["a.jpg"] = b"picture"
    private = "https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg"
    for url in (private, f"{fake.url}/media/a.jpg"):
        assert CONNECTOR.fetch(account, RemoteFile(url), at=NOW) == b"picture"
    for url in ("https://evil.example/a.jpg", "file:///etc/passwd", f"{fake.url}/media/no.jpg"):
        with pytest.raises(CallRefusedError):
            CONNECTOR.fetch(account, RemoteFile(url), at=NOW)


def test_the_challenge_needs_no_signature_and_stores_nothing(account: Connection) -> None:
    request = Request("GET", {"crc_token": "abc"}, {})
    received = CONNECTOR.receive(account, request, at=NOW)
    assert not received.events
    assert json.loads(received.answer.body)["response_token"].startswith("sha256=")
    with pytest.raises(RefusedError):
        CONNECTOR.receive(account, Request("GET", {}, {}), at=NOW)


def test_the_cost_of_a_month_is_its_events_by_their_prices(
    account: Connection, at_desk: Cast
) -> None:
    kinds = ["post.mention.create"] * 3 + ["dm.received"] * 2 + ["post.delete"]
    for number, kind in enumerate([*kinds, "post.mention.create"]):
        at = NOW if number < len(kinds) else NOW - timedelta(days=40)
        ChannelEvent.objects.create(
            desk=at_desk.desk, connection=account, event_id=f"{kind}:{number}", raw=b"",
            received_at=at, next_try_at=at,
        )  # fmt: skip
    account.settings |= {"post_price": "0,10", "message_price": "nonsense"}
    said = [detail.value for detail in CONNECTOR.describe(account, at=NOW)]
    assert said == ["3", "2", "about $0.32"]


@pytest.mark.django_db(transaction=True)
def test_many_workers_with_an_expired_token_refresh_it_once(rocket: Cast, fake: XFake) -> None:
    with desk_scope(rocket.desk):
        account = connect(rocket, fake)
    fake.access = "expired meanwhile"

    def ask(_number: int) -> str:
        try:
            with desk_scope(rocket.desk):
                mine = Connection.objects.get(pk=account.pk)
                return str(ask_as_account(mine, "GET", "/2/users/me", at=NOW)["data"]["id"])
        finally:
            database.close()

    with ThreadPoolExecutor(5) as threads:
        assert set(threads.map(ask, range(5))) == {account.external_id}
    assert count(fake, "POST /2/oauth2/token") == 1
