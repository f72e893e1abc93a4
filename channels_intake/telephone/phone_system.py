"""What all connectors of telephone systems have in common."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.models import Network
from channels_intake.connections.client import read_secrets
from channels_intake.connections.contract import (
    Connector,
    Fact,
    FieldKind,
    Item,
    RawEvent,
    Received,
    RefusedError,
    Request,
    SetupField,
)
from channels_intake.models import Connection, Conversation
from channels_intake.telephone.facts import Call, list_items
from channels_intake.telephone.following import CALLBACK_MINUTES, follow_call
from tickets.attachments.files import NewFile
from tickets.models import Channel
from tickets.sentences.remarks import Remark

COUNTRY = SetupField(
    "country",
    _("Country calling code"),
    _("Used for numbers that arrive without one, such as 49. Digits only."),
    is_required=False,
)
CALLBACK = SetupField(
    "callback_minutes",
    _("Call back within (minutes)"),
    _("How soon the caller is promised an update after a missed call or a voicemail."),
    FieldKind.NUMBER,
    initial=CALLBACK_MINUTES,
)
AGENTS = SetupField(
    "agents",
    _("Agents with a different email address"),
    _("One per line: their address or ID in the phone system = their address here."),
    FieldKind.TEXT,
    is_required=False,
)


class PhoneSystem(Connector):
    """Calls. They can't be answered in writing: replies leave by email.

    header: of requests to the webhook; it proves that they are genuine.
    """

    channel = Channel.PHONE
    network = Network.PHONE
    icon = "channel-phone"
    takes_answers = False
    proves_author = False
    facts = (Fact("line", _("Line")),)

    header: ClassVar[str]

    def sign(self, body: bytes, secret: str) -> str:
        """Return what the header of a genuine request says, by the connection's secret."""
        raise NotImplementedError

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        """Check the header. The body is read later: a broken one is set aside, visibly."""
        secret, given = read_secrets(connection).get("secret", ""), request.get_header(self.header)
        expected = self.sign(request.body, secret)
        is_genuine = bool(secret) and constant_time_compare(given, expected)
        if request.method != "POST" or not is_genuine:
            raise RefusedError
        return Received((RawEvent(request.body),))

    def read(self, connection: Connection, raw: bytes) -> Call:
        """Return the call in a stored event. Raises UnreadableError."""
        raise NotImplementedError

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return what a report about a call says, in the desk's language."""
        with translation.override(connection.desk.language):
            return list_items(self.read(connection, raw))

    def follow(
        self,
        conversation: Conversation,
        files: tuple[NewFile, ...],
        remarks: tuple[Remark, ...],
        *,
        at: datetime,
    ) -> None:
        """Assign the ticket, show the call to its agent, promise a callback, file a recording."""
        with translation.override(conversation.connection.desk.language):
            follow_call(conversation, files, at=at)
