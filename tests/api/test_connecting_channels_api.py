"""Channels over the API: connected with what their kind declares; secrets are never shown."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry
from channels_intake.models import Connection, Conversation
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import NOON, Cast

SECRET = "123:hush-very-secret"
BOT = {
    "kind": "telegram",
    "name": "Bot",
    "external_id": "AcmeSupportBot",
    "secrets": {"bot_token": SECRET},
}
WEBSITE = {
    "kind": "messenger",
    "name": "Website",
    "settings": {"hosts": ["www.acme.example", "*.acme.example"], "color": "#112233"},
}


def test_an_admin_connects_changes_and_deletes_a_channel(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    added = send(admin, "post", "channels/", BOT)
    assert added.status_code == 201, added.json()
    row, bot = added.json(), Connection.objects.get()
    assert bot.secrets == {"bot_token": SECRET}
    assert bot.silent_until is not None  # what is older opens no ticket
    assert (row["settings"], row["stored_secrets"]) == ({}, ["bot_token"])
    assert row["external_id"] == "AcmeSupportBot"
    path = f"channels/{bot.pk}/"
    changed = send(admin, "patch", path, {"external_id": "OtherBot", "name": "Our bot"}).json()
    assert changed == {**row, "external_id": "OtherBot", "name": "Our bot"}
    assert send(admin, "patch", path, changed).json() == changed
    new = send(admin, "patch", path, {"secrets": {"bot_token": f"{SECRET}2"}})
    assert new.json() == changed
    bot.refresh_from_db()
    assert bot.secrets == {"bot_token": f"{SECRET}2"}
    assert AuditEntry.objects.count() == 3
    assert_hidden("hush", bot.hook_token, bot.sealed_secrets, shown=[row, changed, new.json()])
    assert admin.delete(f"{API}{path}").status_code == 204


def test_settings_that_are_left_out_keep_their_value(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    row = send(admin, "post", "channels/", WEBSITE).json()
    assert row["settings"]["hosts"] == WEBSITE["settings"]["hosts"]
    assert row["settings"]["theme"] == "system"  # the default of its form
    path, settings = f"channels/{row['id']}/", {"theme": "dark"}
    changed = send(admin, "patch", path, {"settings": settings}).json()
    assert changed["settings"] == {**row["settings"], **settings}
    form = {"kind": "form", "name": "Form", "settings": {"hosts": ["a.example"]}}
    made = send(admin, "post", "channels/", form).json()
    flags = {name: not value for name, value in made["settings"].items() if value in (True, False)}
    assert flags
    path = f"channels/{made['id']}/"
    assert send(admin, "patch", path, {"settings": flags}).json()["settings"] == {
        **made["settings"],
        **flags,
    }


def test_a_channel_is_refused_like_on_its_page(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    site = f"channels/{send(admin, 'post', 'channels/', WEBSITE).json()['id']}/"
    cases: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("post", "channels/", {**BOT, "secrets": {}}, "secrets.bot_token"),
        ("post", "channels/", {**BOT, "external_id": ""}, "external_id"),
        ("post", "channels/", {**BOT, "kind": "fax"}, "kind"),
        ("post", "channels/", {**BOT, "name": "Website"}, "name"),
        ("post", "channels/", {**BOT, "secrets": {"token": "x"}}, "secrets.token"),
        ("patch", site, {"kind": "form"}, "kind"),
        ("patch", site, {"settings": {"hosts": ["no host/"]}}, "settings.hosts"),
        ("patch", site, {"settings": {"hosts": "a.example"}}, "settings.hosts"),
        ("patch", site, {"settings": {"hosts": []}}, "settings.hosts"),
        ("patch", site, {"settings": {"color": "red"}}, "settings.color"),
        ("patch", site, {"settings": {"color": {"deep": [1]}}}, "settings.color"),
        ("patch", site, {"settings": {"identity_secret": "x"}}, "settings.identity_secret"),
        ("patch", site, {"settings": {"bot_token": "x"}}, "settings.bot_token"),
        ("patch", site, {"external_id": "x"}, "external_id"),
    )
    for method, path, body, field in cases:
        assert list_fields(send(admin, method, path, body)) == [field], body
    assert Connection.objects.count() == 1
    Conversation.objects.create(
        desk=in_rocket.desk,
        connection=Connection.objects.get(),
        external_id="1",
        created_at=NOON,
    )
    refused = admin.delete(f"{API}{site}")
    assert refused.status_code == 409
    assert "Pause it instead." in refused.json()["detail"]


def test_only_admins_of_the_desk_have_channels(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    channel = Connection.objects.create(desk=in_rocket.desk, kind="telegram", name="Bot")
    assert_closed(
        "channels/",
        channel.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    channel.refresh_from_db()
    assert channel.name == "Bot"
