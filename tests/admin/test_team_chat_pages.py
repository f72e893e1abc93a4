"""Chat channels in the admin site: write-only secrets, rules that fit, a preview, and a test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.models import ChatConnection, ChatPerson, ChatRule, ChatStandup
from tests.cast import Cast
from tests.team_chat.conftest import connect
from tests.team_chat.fakes import BOT, CHANNEL, TOKEN, ChatFake, serve_chat

BASE = "/rocket/admin/channels_intake/chatconnection/"
PERSON = "/rocket/admin/channels_intake/chatperson/add/"
NO_ROWS = {
    f"{name}-{which}_FORMS": 0 for name in ("rules", "standups") for which in ("TOTAL", "INITIAL")
}
RULE = {
    "rules-TOTAL_FORMS": 1, "rules-0-topic": "ticket.opened", "rules-0-position": 0,
    "rules-0-department": "", "rules-0-level": "", "rules-0-plan": "", "rules-0-template": "",
}  # fmt: skip
STANDUP = {
    "standups-TOTAL_FORMS": 1, "standups-0-department": "", "standups-0-level": "",
    "standups-0-region": "", "standups-0-minute": "09:30", "standups-0-time_zone": "Europe/Berlin",
    "standups-0-weekdays": [0, 2],
}  # fmt: skip


@pytest.fixture
def chat() -> Iterator[ChatFake]:
    with serve_chat() as fake:
        yield fake


@pytest.fixture
def connection(rocket: Cast, chat: ChatFake) -> ChatConnection:
    with desk_scope(rocket.desk):
        return connect(rocket, chat)


def fields_of(chat: ChatFake, **changes: Any) -> dict[str, Any]:
    fields = {
        "name": "Support", "kind": "mattermost", "is_active": "on", "channel": CHANNEL,
        "server_url": chat.url, "bot_user_id": BOT, "webhook_url": "", "bot_token": "",
        "command_secret": "", **NO_ROWS,
    }  # fmt: skip
    return fields | changes


def read(cast: Cast) -> ChatConnection:
    with desk_scope(cast.desk):
        return ChatConnection.objects.get()


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    context = response.context
    return f"{context['errors']} {[f.errors for f in context['inline_admin_formsets'][0].formset]}"


def test_a_channel_with_a_bot_a_rule_and_a_standup_is_created(
    rocket: Cast, at_rocket: Client, chat: ChatFake
) -> None:
    given = fields_of(chat, bot_token=TOKEN, command_secret="one two", **RULE | STANDUP)
    assert at_rocket.post(f"{BASE}add/", given).status_code == 302
    made = read(rocket)
    assert (made.bot_token, made.command_secret, made.has_bot) == (TOKEN, "one two", True)
    with desk_scope(rocket.desk):
        assert ChatRule.objects.get().topic == "ticket.opened"
        standup = ChatStandup.objects.get()
    assert (standup.minute, standup.weekdays) == (570, [0, 2])
    assert standup.next_at is not None


def test_no_secret_is_shown_or_recorded(
    rocket: Cast, at_rocket: Client, connection: ChatConnection, chat: ChatFake
) -> None:
    page = f"{BASE}{connection.pk}/change/"
    changed = fields_of(chat, webhook_url=f"{chat.url}/hooks/canary", bot_token="canary-token")
    assert at_rocket.post(page, changed).status_code == 302
    body = at_rocket.get(page).content.decode()
    assert "canary" not in body
    assert "A secret is stored." in body
    with desk_scope(rocket.desk):
        recorded = [str(entry.detail) for entry in AuditEntry.objects.all()]
    assert recorded
    assert "canary" not in "".join(recorded)


def test_an_empty_secret_keeps_the_stored_one(
    rocket: Cast, at_rocket: Client, connection: ChatConnection, chat: ChatFake
) -> None:
    page = f"{BASE}{connection.pk}/change/"
    assert at_rocket.post(page, fields_of(chat, name="Renamed")).status_code == 302
    assert (read(rocket).name, read(rocket).bot_token) == ("Renamed", TOKEN)


def test_a_stored_token_is_not_sent_to_a_new_address(
    at_rocket: Client, connection: ChatConnection, chat: ChatFake
) -> None:
    moved = fields_of(chat, server_url="http://127.0.0.1:9")
    response = at_rocket.post(f"{BASE}{connection.pk}/change/", moved)
    assert "because the URL has changed" in errors_of(response)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"server_url": ""}, "Enter a webhook URL, or set up a bot."),
        ({}, "Enter the token of the bot."),
        ({"bot_token": TOKEN, "channel": ""}, "Enter the ID of the bot&#x27;s channel."),
        (
            {"bot_token": TOKEN, "kind": "rocketchat", "bot_user_id": ""},
            "Enter the user ID of the bot.",
        ),
        ({"server_url": "", "webhook_url": "ftp://chat.example/"}, "Start it with https://."),
    ],
)
def test_an_incomplete_channel_is_refused(
    at_rocket: Client, chat: ChatFake, changes: dict[str, str], error: str
) -> None:
    response = at_rocket.post(f"{BASE}add/", fields_of(chat, **changes))
    assert error in response.content.decode()


@pytest.mark.parametrize(
    ("is_public", "template", "error"),
    [
        ("on", "{ticket} {subject}", "Texts for a public channel can't use {subject}."),
        ("", "{nonsense}", "Unknown placeholders: {nonsense}."),
    ],
)
def test_a_text_inserts_only_what_the_channel_may_know(
    at_rocket: Client, chat: ChatFake, is_public: str, template: str, error: str
) -> None:
    given = fields_of(chat, bot_token=TOKEN, **RULE | {"rules-0-template": template})
    if is_public:
        given["is_public"] = is_public
    response = at_rocket.post(f"{BASE}add/", given)
    assert error in errors_of(response)


def test_a_channel_that_becomes_public_needs_texts_that_fit(
    rocket: Cast, at_rocket: Client, connection: ChatConnection, chat: ChatFake
) -> None:
    with desk_scope(rocket.desk):
        rule = ChatRule.objects.create(
            desk=rocket.desk, connection=connection, topic="ticket.opened", template="{subject}"
        )
    existing = {
        "rules-INITIAL_FORMS": 1,
        "rules-0-id": rule.pk,
        "rules-0-connection": connection.pk,
    }
    same = RULE | existing | {"rules-0-template": "{subject}"}
    page = f"{BASE}{connection.pk}/change/"
    response = at_rocket.post(page, fields_of(chat, is_public="on", **same))
    assert "Texts for a public channel can't use {subject}." in errors_of(response)


def test_the_page_previews_messages_and_shows_the_commands_url(
    rocket: Cast, at_rocket: Client, connection: ChatConnection
) -> None:
    with desk_scope(rocket.desk):
        ChatRule.objects.create(
            desk=rocket.desk, connection=connection, topic="ticket.opened",
            template="Hello {ticket}: {subject}",
        )  # fmt: skip
    body = at_rocket.get(f"{BASE}{connection.pk}/change/").content.decode()
    link = 'href="http://testserver/rocket/agent/tickets/1042/"'
    assert f'Hello <a {link} rel="noreferrer">RC-1042</a>: Uploads fail' in body
    assert "&quot;message&quot;: &quot;Hello [RC-1042](http://testserver/" in body
    assert f"http://testserver/rocket/chat/{connection.pk}/" in body


PREVIEW = "/rocket/admin/chat/preview/"


def test_texts_are_previewed_as_typed_and_nothing_is_saved(
    rocket: Cast, at_rocket: Client, connection: ChatConnection, chat: ChatFake
) -> None:
    typed = RULE | {"rules-0-template": "**Fresh** {ticket} {subject}"}
    body = at_rocket.post(PREVIEW, fields_of(chat, **typed)).content.decode()
    assert "<strong>Fresh</strong>" in body
    assert "Uploads fail with an error" in body
    assert "&quot;channel_id&quot;" in body
    with desk_scope(rocket.desk):
        assert not ChatRule.objects.exists()
    page = at_rocket.get(f"{BASE}{connection.pk}/change/").content.decode()
    assert f'formaction="{PREVIEW}"' in page
    assert page.index('name="_save" hidden') < page.index("formaction=")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rules-0-template": "{nonsense}"}, "New ticket: the text can&#x27;t use {nonsense}"),
        ({"rules-0-template": "{subject}", "is_public": "on"}, "can&#x27;t use {subject}"),
        ({"rules-0-topic": ""}, "Add rules to see their messages."),
        ({"rules-0-topic": "made.up"}, "Add rules to see their messages."),
        ({"rules-0-DELETE": "on"}, "Add rules to see their messages."),
        ({"rules-TOTAL_FORMS": "999999999"}, "New ticket"),
        ({"rules-TOTAL_FORMS": "x"}, "Add rules to see their messages."),
        ({"kind": "nonsense"}, "New ticket"),
    ],
)
def test_a_preview_of_what_cannot_be_saved_says_why(
    at_rocket: Client, chat: ChatFake, changes: dict[str, str], said: str
) -> None:
    response = at_rocket.post(PREVIEW, fields_of(chat, **RULE | changes))
    assert response.status_code == 200
    assert said in response.content.decode()


def test_only_the_desks_admin_sees_a_preview(
    rocket: Cast, matter: Cast, sign_in: Any, chat: ChatFake
) -> None:
    for person in (rocket.lead, matter.admin):
        response = sign_in(person.user).post(PREVIEW, fields_of(chat, **RULE))
        assert response.status_code in {302, 403, 404}


@pytest.mark.parametrize("condition", ["rules-0-level", "rules-0-department"])
def test_a_rule_about_defects_has_no_conditions_of_tickets(
    rocket: Cast, at_rocket: Client, chat: ChatFake, condition: str
) -> None:
    value = "l1" if condition.endswith("level") else str(rocket.departments["paid"].pk)
    given = RULE | {"rules-0-topic": "defect_moved", condition: value}
    response = at_rocket.post(f"{BASE}add/", fields_of(chat, bot_token=TOKEN, **given))
    assert "Leave department, level and plan empty for defects." in errors_of(response)


def test_a_text_about_defects_takes_the_placeholders_of_defects(
    rocket: Cast, at_rocket: Client, chat: ChatFake
) -> None:
    rule = RULE | {"rules-0-topic": "defect_moved", "rules-0-template": "{defect} {title}"}
    given = fields_of(chat, bot_token=TOKEN, **rule)
    assert at_rocket.post(f"{BASE}add/", given).status_code == 302
    given = fields_of(chat, name="B", bot_token=TOKEN, **rule | {"rules-0-template": "{ticket}"})
    errors = errors_of(at_rocket.post(f"{BASE}add/", given))
    assert "Unknown placeholders: {ticket}." in errors


def test_the_way_back_names_all_channels_and_not_email_alone(
    at_rocket: Client, connection: ChatConnection
) -> None:
    for model in ("chatconnection", "codehost", "pagingservice"):
        page = at_rocket.get(f"/rocket/admin/channels_intake/{model}/")
        assert page.context["opts"].app_config.verbose_name == "Connections"


def test_a_channel_that_was_off_posts_nothing_of_that_time(
    rocket: Cast, at_rocket: Client, chat: ChatFake
) -> None:
    given = fields_of(chat, bot_token=TOKEN, **STANDUP)
    assert at_rocket.post(f"{BASE}add/", given | {"is_active": ""}).status_code == 302
    missed = timezone.now() - timedelta(hours=1)
    with desk_scope(rocket.desk):
        ChatStandup.objects.update(next_at=missed)
        standup = ChatStandup.objects.get()
    page = f"{BASE}{read(rocket).pk}/change/"
    assert "Messages of that time aren't posted later" in at_rocket.get(page).content.decode()
    row = {"standups-INITIAL_FORMS": 1, "standups-0-id": standup.pk}
    response = at_rocket.post(page, given | row)
    assert response.status_code == 302, response.context["errors"]
    with desk_scope(rocket.desk):
        assert ChatStandup.objects.get().next_at > timezone.now()


@pytest.mark.parametrize(
    ("server", "channels", "error"),
    [
        ("", 1, ""),
        ("", 2, "Enter the host name in the URL of the chat."),
        ("", 0, "Enter the host name in the URL of the chat."),
        ("second.example", 2, ""),
        ("Second.example", 2, ""),
        ("third.example", 2, "Enter one of: first.example, second.example."),
    ],
)
def test_a_chat_user_belongs_to_one_server(
    rocket: Cast, at_rocket: Client, server: str, channels: int, error: str
) -> None:
    with desk_scope(rocket.desk):
        for name in ("first", "second")[:channels]:
            url = f"https://{name}.example"
            ChatConnection.objects.create(
                desk=rocket.desk, name=name, kind="mattermost", server_url=url
            )
    user = {"agent": rocket.analyst.pk, "kind": "mattermost", "user_id": "u1", "user_name": ""}
    response = at_rocket.post(PERSON, user | {"server": server})
    assert response.status_code == (200 if error else 302)
    if error:
        assert error in str(response.context["errors"])
        return
    with desk_scope(rocket.desk):
        assert ChatPerson.objects.get().server == (server.lower() or "first.example")


@pytest.mark.parametrize(
    ("kind", "user_id", "user_name", "error"),
    [
        ("mattermost", "u1", "all", "Enter the user name of one person"),
        ("rocketchat", "u1", "two words", "Enter the user name of one person"),
        ("slack", "U1> <!channel", "", "Enter the ID of one person"),
        ("mattermost", "u1", "@ana.souza", ""),
        ("slack", "U1", "", ""),
    ],
)
def test_a_chat_user_is_one_person(
    rocket: Cast, at_rocket: Client, kind: str, user_id: str, user_name: str, error: str
) -> None:
    given = {"agent": rocket.analyst.pk, "kind": kind, "user_id": user_id, "user_name": user_name}
    response = at_rocket.post(PERSON, given | {"server": "chat.example.com"})
    assert response.status_code == (200 if error else 302)
    if error:
        assert error in response.content.decode()
    else:
        with desk_scope(rocket.desk):
            assert ChatPerson.objects.get().user_name == user_name.removeprefix("@")


def test_a_test_message_is_posted_at_once(
    at_rocket: Client, connection: ChatConnection, chat: ChatFake
) -> None:
    url = f"/rocket/admin/chat/{connection.pk}/test/"
    page = at_rocket.post(url, follow=True).content.decode()
    assert "The test message arrived." in page
    assert chat.texts() == ["This is a test message from Plumbline."]
    chat.answer_next(403, body={"message": "No permission.", "status_code": 403})
    page = at_rocket.post(url, follow=True).content.decode()
    assert "No permission." in page


def test_only_the_desks_admin_can_post_a_test(
    rocket: Cast, matter: Cast, connection: ChatConnection, sign_in: Any, chat: ChatFake
) -> None:
    for person, desk in (
        (rocket.lead, "rocket"),
        (matter.admin, "rocket"),
        (matter.admin, "matter"),
    ):
        url = f"/{desk}/admin/chat/{connection.pk}/test/"
        assert sign_in(person.user).post(url).status_code in {302, 404}
    assert chat.posts == []
