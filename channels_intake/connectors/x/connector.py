"""X's connector: mentions and direct messages in, posts and direct messages out."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Network
from channels_intake.calls.errors import Sent
from channels_intake.connections.client import read_secrets
from channels_intake.connections.contract import (
    Answer,
    Connector,
    Detail,
    Fact,
    FactKind,
    FieldKind,
    Item,
    Polled,
    RawEvent,
    Received,
    RefusedError,
    RemoteFile,
    ReplyLimits,
    Request,
    SetupField,
    Unit,
)
from channels_intake.connections.reading import find_id, find_part, get_id, get_line, read_object
from channels_intake.connectors.x.client import API_URL, fetch_public
from channels_intake.connectors.x.costs import describe_costs
from channels_intake.connectors.x.payloads import (
    CHAT,
    CHAT_URL,
    POST,
    get_account,
    get_event,
    get_name,
    read_event,
)
from channels_intake.connectors.x.sending import send_part
from channels_intake.connectors.x.signatures import answer_challenge, is_genuine
from channels_intake.connectors.x.tokens import ask_as_account, call_as_account
from channels_intake.connectors.x.webhooks import connect, watch
from channels_intake.models import ChannelMessage, Connection, Conversation, OutgoingCall
from tickets.models import Channel

POST_CHARS, MESSAGE_CHARS = 280, 10_000
MEDIA_PREFIX = "https://ton.twitter.com/1.1/ton/data/dm/"  # files of messages; API: below
MEDIA_PATH = "/2/dm_conversations/media/"


class XConnector(Connector):
    """An account in X."""

    channel = Channel.TWITTER
    network = Network.X
    icon = "channel-twitter"
    purpose = gettext_lazy("Mentions of your account, and its direct messages.")
    api_url = API_URL
    facts = (Fact("url", gettext_lazy("Open in X"), FactKind.LINK),)
    fields = (
        SetupField(
            "external_id",
            gettext_lazy("Account ID"),
            gettext_lazy("The numeric ID, not the username. Testing the connection shows it, too."),
        ),
        SetupField(
            "client_id",
            gettext_lazy("Client ID"),
            gettext_lazy("In X's Developer Console, under Keys and tokens of the app."),
        ),
        SetupField("client_secret", gettext_lazy("Client secret"), kind=FieldKind.SEALED),
        SetupField(
            "bearer_token",
            gettext_lazy("App bearer token"),
            gettext_lazy("Used to register the webhook."),
            FieldKind.SEALED,
        ),
        SetupField(
            "access_token",
            gettext_lazy("Account access token"),
            gettext_lazy("An OAuth 2.0 token with the scopes listed in the steps."),
            FieldKind.SEALED,
        ),
        SetupField(
            "refresh_token",
            gettext_lazy("Account refresh token"),
            gettext_lazy(
                "Access tokens expire after two hours. Plumbline uses this token to get new ones."
            ),
            FieldKind.SEALED,
        ),
        SetupField(
            "consumer_secret",
            gettext_lazy("API key secret"),
            gettext_lazy("Only if the app has no client secret to sign its webhooks with."),
            FieldKind.SEALED,
            is_required=False,
        ),
        SetupField(
            "includes_own",
            gettext_lazy("Include what the account posts in X itself"),
            gettext_lazy(
                "Replies written in X show up on their tickets. X bills these events, too."
            ),
            FieldKind.YES_NO,
            is_required=False,
            initial=True,
        ),
        SetupField(
            "post_price",
            gettext_lazy("Price per post event (US dollars)"),
            gettext_lazy("As shown in X's Developer Console."),
            is_required=False,
            initial="0.005",
        ),
        SetupField(
            "message_price",
            gettext_lazy("Price per direct message event (US dollars)"),
            is_required=False,
            initial="0.01",
        ),
    )
    steps = (
        gettext_lazy("In X's Developer Console, create a web app with OAuth 2.0."),
        gettext_lazy(
            "Authorize the app as the account, with the scopes tweet.read, tweet.write,"
            " users.read, dm.read, dm.write and offline.access. Enter the tokens that "
            "you get."
        ),
        gettext_lazy(
            "Test the connection. This registers the webhook %(hook_url)s at X and "
            "subscribes to mentions and direct messages."
        ),
    )

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return X's limits: of a post by weight, of a direct message by characters."""
        kind = conversation.external_id.partition(":")[0]
        if kind == CHAT:
            refusal = _("This chat is encrypted. Reply in X.")
            return ReplyLimits(refusal=refusal, refusal_url=CHAT_URL)
        if kind == POST:
            return ReplyLimits(max_chars=POST_CHARS, unit=Unit.WEIGHTED)
        return ReplyLimits(max_chars=MESSAGE_CHARS)

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        """Answer X's challenge, or check the signature and return the event."""
        secrets = read_secrets(connection)
        keys = {name: secrets.get(name, "") for name in ("client_secret", "consumer_secret")}
        if request.method == "GET":
            response = answer_challenge(request.query.get("crc_token", ""), **keys)
            if not response:
                raise RefusedError
            body = json.dumps({"response_token": response})
            return Received(answer=Answer(200, body, "application/json"))
        if not is_genuine(request, **keys):
            raise RefusedError
        event = get_event(read_object(request.body))
        account = get_account(event)
        place = account if account != connection.external_id else ""
        kind, uuid = get_line(event, "event_type"), get_id(event, "event_uuid")
        return Received((RawEvent(request.body, f"{kind}:{uuid}", place),))

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return the message, echo or deletion that an event reports."""
        with override(connection.desk.language):  # for what a ticket says of an encrypted chat
            return read_event(get_event(read_object(raw)), connection.external_id)

    def find_name(self, connection: Connection, person_id: str, *, at: datetime) -> str:
        """Return the name of a person in an encrypted chat, whose events don't say it."""
        path = f"/2/users/{person_id}"
        return get_name(find_part(ask_as_account(connection, "GET", path, at=at), "data"))

    def poll(self, connection: Connection, *, at: datetime) -> Polled:
        """Look whether X still delivers, and have replayed what it didn't."""
        return watch(connection, at=at)

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a file's content. Those of direct messages need the account's token."""
        if file.url.startswith(MEDIA_PREFIX):
            path = MEDIA_PATH + file.url.removeprefix(MEDIA_PREFIX)
            most = settings.MAX_ATTACHMENT_BYTES
            return call_as_account(connection, "GET", path, at=at, max_bytes=most).body
        return fetch_public(connection, file.url, at=at)

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a part as a reply in the thread, or as a direct message."""
        return send_part(part, call, at=at)

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Register the webhook and the subscriptions, and return what is wrong."""
        me = find_part(ask_as_account(connection, "GET", "/2/users/me", at=at), "data")
        if find_id(me, "id") != connection.external_id:
            named = {"name": get_line(me, "username"), "id": find_id(me, "id")}
            return _("The access token belongs to @%(name)s, whose ID is %(id)s.") % named
        connect(connection, at=at)
        return ""

    def describe(self, connection: Connection, *, at: datetime) -> tuple[Detail, ...]:
        """Return how many events X has delivered in this month, and what they cost."""
        return describe_costs(connection, at=at)
