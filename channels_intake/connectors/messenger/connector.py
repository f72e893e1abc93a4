"""The connector of our own messenger: nothing is sent anywhere, an answer waits to be fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import HandleProof, Network
from channels_intake.calls.errors import Sent
from channels_intake.connections.client import read_secrets
from channels_intake.connections.contract import (
    Connector,
    Detail,
    Fact,
    FieldKind,
    Item,
    RemoteFile,
    ReplyLimits,
    ReplyWay,
    SetupField,
)
from channels_intake.connectors.hosts import describe_hosts_problem
from channels_intake.connectors.messenger.identity import MIN_SECRET_BYTES
from channels_intake.connectors.messenger.payloads import read_content, unpack
from channels_intake.connectors.messenger.presence import is_present
from channels_intake.connectors.messenger.proving import get_scope
from channels_intake.connectors.messenger.words import WORDS_FIELDS
from channels_intake.connectors.tags import make_script_tag
from channels_intake.models import ChannelMessage, Connection, Conversation, OutgoingCall
from tickets.models import Channel
from tickets.queueing import Queue

THEMES = (
    ("system", gettext_lazy("Match the visitor's device")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
)
CHAT = "chat"  # the only way into a conversation


class MessengerConnector(Connector):
    """Our own messenger for any website."""

    channel = Channel.CHAT
    network = Network.MESSENGER
    icon = "channel-chat"
    purpose = gettext_lazy("A chat widget for your website. Conversations continue by email.")
    queue = Queue.INTERACTIVE
    fields = (
        SetupField(
            "hosts",
            gettext_lazy("Websites"),
            gettext_lazy(
                "Host names of websites that may embed the messenger, one per line, such as"
                " www.example.com or *.example.com."
            ),
            kind=FieldKind.HOSTS,
        ),
        SetupField(
            "color",
            gettext_lazy("Color"),
            kind=FieldKind.COLOR,
            is_required=False,
            initial="#3b4cca",
        ),
        SetupField(
            "theme",
            gettext_lazy("Appearance"),
            kind=FieldKind.CHOICE,
            initial="system",
            choices=THEMES,
        ),
        *WORDS_FIELDS,
        SetupField(
            "identity_secret",
            gettext_lazy("Secret for signed-in users"),
            gettext_lazy(
                "At least 32 random characters. Your server uses it to sign the identity of"
                " signed-in users, so that their requests match their accounts. Leave empty"
                " if your website has no sign-in."
            ),
            kind=FieldKind.SEALED,
            is_required=False,
        ),
    )
    steps = (
        gettext_lazy("Paste the script tag below into the pages of your website, before </body>."),
        gettext_lazy(
            "If your website sends a Content-Security-Policy, allow this help desk in script-src "
            "and frame-src."
        ),
        gettext_lazy("To recognize signed-in users, sign a token for each of them on your server."),
    )

    facts = (
        Fact("page", gettext_lazy("Sent from page")),
        Fact("claimed_email", gettext_lazy("Email address (not verified)")),
    )

    def describe(self, connection: Connection, *, at: datetime) -> tuple[Detail, ...]:
        """Return what to paste into the website's pages."""
        return (Detail(_("Script tag"), make_script_tag(connection, "messenger")),)

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return the limits: an answer is a message as any other, with its files."""
        return ReplyLimits(
            may_split=False, max_files=10, max_file_bytes=settings.MAX_ATTACHMENT_BYTES
        )

    def list_ways(
        self, connection: Connection, conversation: Conversation, *, at: datetime
    ) -> tuple[ReplyWay, ...]:
        """Return the chat, unless the visitor has left and can be reached by email."""
        limits = self.get_limits(connection, conversation)
        if not is_present(conversation, at=at) and _can_get_email(conversation):
            limits = replace(limits, refusal=_("The visitor left the chat."))
        return (ReplyWay(CHAT, Channel.CHAT.label, limits),)

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return the message of a visitor."""
        return [unpack(raw, scope=get_scope(connection))]

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a file's content, which arrived with its message."""
        return read_content(file)

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Make an answer available: the visitor's page fetches what is sent."""
        return Sent(HTTPStatus.OK, content=f"out/{part.pk}")

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Return what keeps the messenger from being shown or from recognizing anybody."""
        secret = read_secrets(connection).get("identity_secret", "")
        if 0 < len(secret.encode()) < MIN_SECRET_BYTES:
            return _("The secret for signed-in users is too short. Enter at least 32 characters.")
        return describe_hosts_problem(connection)


def _can_get_email(conversation: Conversation) -> bool:
    handle = conversation.handle
    if handle is None or handle.proof == HandleProof.NONE:
        return False
    return handle.contact.can_get_email
