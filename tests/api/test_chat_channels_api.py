"""Chat channels over the API: set up with rules and standups; secrets are never shown."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import AuditEntry, Department
from accounts.tenancy import desk_scope
from channels_intake.models import ChatConnection, ChatRule, ChatStandup
from tests.access.people import create_chat
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import Cast

HOOK = "https://chat.acme.example/hooks/hush-hook-1"
GIVEN = {
    "name": "Support",
    "kind": "mattermost",
    "webhook_url": HOOK,
    "command_secret": "hush-command-2",
}
OPENED = {"topic": "ticket.opened", "template": "New: {ticket}"}
CLOSED = {"topic": "ticket.closed", "template": ""}
DAILY = {"time": "09:30", "time_zone": "Europe/Berlin", "weekdays": [2, 0]}
ANYTHING = {"department": None, "level": "", "plan": None}


def add(admin: Client, **more: Any) -> tuple[str, dict[str, Any]]:
    added = send(admin, "post", "chat-channels/", GIVEN | more)
    assert added.status_code == 201, added.json()
    return f"chat-channels/{added.json()['id']}/", added.json()


def test_an_admin_sets_up_a_channel_with_rules_and_standups(
    in_rocket: Cast, sign_in: SignIn
) -> None:
    admin = sign_in(in_rocket.admin.user)
    path, row = add(admin, rules=[OPENED, CLOSED], standups=[DAILY])
    channel, standup = ChatConnection.objects.get(), ChatStandup.objects.get()
    assert (channel.webhook_url, channel.command_secret) == (HOOK, "hush-command-2")
    assert (row["has_webhook_url"], row["has_bot_token"]) == (True, False)
    assert row["command_url"].endswith(f"/rocket/chat/{channel.pk}/")
    assert row["rules"] == [ANYTHING | OPENED, ANYTHING | CLOSED]
    nobody = {"department": None, "level": "", "region": None}
    assert row["standups"] == [nobody | DAILY | {"weekdays": [0, 2]}]
    assert (standup.minute, standup.next_at is None) == (570, False)
    assert send(admin, "patch", path, row).json() == row  # sent back whole
    off = send(admin, "patch", path, {"is_active": False}).json()
    assert off == {**row, "is_active": False}
    listed = admin.get(f"{API}chat-channels/").json()["results"]
    assert admin.delete(f"{API}{path}").status_code == 204
    assert not ChatRule.objects.exists()
    assert not ChatStandup.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["added", "changed", "deleted"]
    assert_hidden("hush-", channel.sealed_webhook_url, shown=[row, off, listed])


def test_rules_and_standups_that_stay_keep_their_rows(in_rocket: Cast, sign_in: SignIn) -> None:
    """Messages in the queue name the rule or the standup that they are from."""
    admin = sign_in(in_rocket.admin.user)
    path, _row = add(admin, rules=[OPENED, CLOSED], standups=[DAILY])
    opened = ChatRule.objects.get(topic="ticket.opened")
    standup = ChatStandup.objects.get()
    department = Department.objects.create(desk=in_rocket.desk, name="Night shift")
    night = {"topic": "ticket.opened", "department": "Night shift", "template": ""}
    later = {**DAILY, "time": "17:00", "department": department.pk}
    wanted = {"rules": [night, {**OPENED, "template": "{subject}"}], "standups": [later, DAILY]}
    changed = send(admin, "patch", path, wanted).json()
    link = {"kind": "department", "id": department.pk, "name": "Night shift"}
    assert [rule["department"] for rule in changed["rules"]] == [link, None]
    assert [each["time"] for each in changed["standups"]] == ["09:30", "17:00"]
    kept = ChatRule.objects.get(department=None)
    assert (kept.pk, kept.template) == (opened.pk, "{subject}")
    assert ChatStandup.objects.get(minute=570) == standup
    assert not ChatRule.objects.filter(topic="ticket.closed").exists()
    entry = AuditEntry.objects.latest("pk")
    assert set(entry.detail["changes"]) == {"rules", "standups"}
    emptied = send(admin, "patch", path, {"rules": [], "standups": []}).json()
    assert (emptied["rules"], emptied["standups"]) == ([], [])


def test_a_channel_is_refused_like_on_its_page(
    in_rocket: Cast, matter: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.MODE = "production"  # where only public addresses are allowed
    admin = sign_in(in_rocket.admin.user)
    with desk_scope(matter.desk):
        theirs = Department.objects.create(desk=matter.desk, name="Theirs")
    for changes, field in (
        ({"webhook_url": ""}, "webhook_url"),
        ({"webhook_url": "https://169.254.169.254/"}, "webhook_url"),
        ({"server_url": "https://chat.acme.example", "channel": "c1"}, "bot_token"),
        ({"kind": "irc"}, "kind"),
        ({"rules": [{"topic": "weather"}]}, "rules.0.topic"),
        ({"rules": [CLOSED, CLOSED]}, "rules.1.topic"),
        ({"rules": [OPENED, {**CLOSED, "template": "{nonsense}"}]}, "rules.1.template"),
        ({"rules": [{"topic": "defect_moved", "level": "l1"}]}, "rules.0.topic"),
        ({"rules": [{**CLOSED, "department": theirs.pk}]}, "rules.0.department"),
        ({"standups": [{**DAILY, "time": "25:00"}]}, "standups.0.time"),
        ({"standups": [{**DAILY, "time_zone": "Mars/Base"}]}, "standups.0.time_zone"),
        ({"standups": [{**DAILY, "weekdays": []}]}, "standups.0.weekdays"),
        ({"standups": [{**DAILY, "weekdays": [7]}]}, "standups.0.weekdays.0"),
        ({"sealed_bot_token": "x"}, "sealed_bot_token"),
    ):
        refused = send(admin, "post", "chat-channels/", GIVEN | changes)
        assert list_fields(refused) == [field], changes
    assert not ChatConnection.objects.exists()


def test_a_public_channel_cannot_keep_an_internal_text(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    path, row = add(admin, rules=[{**OPENED, "template": "{subject}"}])
    assert list_fields(send(admin, "patch", path, {"is_public": True})) == ["rules.0.template"]
    assert admin.get(f"{API}{path}").json() == row
    both = {"is_public": True, "rules": [CLOSED]}
    assert send(admin, "patch", path, both).json()["is_public"] is True


def test_a_stored_token_is_not_sent_to_a_new_server(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    bot = {"server_url": "https://chat.acme.example", "channel": "c1", "bot_token": "hush-bot-3"}
    path, row = add(admin, **bot)
    assert row["has_bot_token"] is True
    moved = {"server_url": "https://elsewhere.example"}
    assert list_fields(send(admin, "patch", path, moved)) == ["bot_token"]
    assert ChatConnection.objects.get().server_url == bot["server_url"]
    assert send(admin, "patch", path, {**moved, "bot_token": "hush-bot-4"}).status_code == 200
    assert ChatConnection.objects.get().bot_token == "hush-bot-4"


def test_only_admins_of_the_desk_have_chat_channels(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    channel = create_chat(in_rocket)
    assert_closed(
        "chat-channels/",
        channel.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    channel.refresh_from_db()
    assert channel.name == "Support"


def test_the_messages_of_the_saved_rules_are_previewed(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    path, _row = add(admin, rules=[OPENED, {**CLOSED, "template": "Done: {ticket}"}])
    shown = admin.get(f"{API}{path}preview/").json()["results"]
    assert [one["topic"] for one in shown] == ["ticket.opened", "ticket.closed"]
    assert shown[0]["text"].startswith("New: ")
    assert shown[1]["text"].startswith("Done: ")
    assert sign_in(in_rocket.lead.user).get(f"{API}{path}preview/").status_code == 403
