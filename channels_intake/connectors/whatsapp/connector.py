"""WhatsApp's connector: the Cloud API brings messages and statuses, and takes answers.

For 24 hours after the customer's last message an answer is taken. After that, WhatsApp takes only
templates that Meta has approved, which Plumbline doesn't send.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Network
from channels_intake.calls.errors import CallRefusedError, Sent
from channels_intake.connections.attachments import load_file, read_content
from channels_intake.connections.contract import (
    MIB,
    Connector,
    Fact,
    FieldKind,
    ForeignError,
    Item,
    Received,
    RemoteFile,
    ReplyLimits,
    Request,
    SetupField,
    UnreadableError,
)
from channels_intake.connections.reading import (
    find_id,
    find_part,
    get_id,
    get_line,
    list_parts,
    read_object,
)
from channels_intake.connectors.meta.client import API_URL, ask_graph, fetch_by_id
from channels_intake.connectors.meta.connector import GRAPH_VERSION, SECRETS
from channels_intake.connectors.meta.hooks import is_same_app
from channels_intake.connectors.whatsapp.hooks import receive_whatsapp
from channels_intake.connectors.whatsapp.payloads import read_event
from channels_intake.models import (
    ChannelEvent,
    ChannelMessage,
    Connection,
    Conversation,
    OutgoingCall,
)
from tickets.models import Attachment, Channel

MAX_TEXT = 4096
WINDOW = timedelta(hours=24)
MAX_IMAGE_BYTES = 5 * MIB
MAX_FILE_BYTES = 16 * MIB  # of videos and audio; documents may have 100
TYPES = {
    "image": {"image/jpeg", "image/png"},
    "video": {"video/mp4", "video/3gpp"},
    "audio": {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"},
}
LATEST_EVENTS = 500


class WhatsAppConnector(Connector):
    """A number of the WhatsApp Business Platform."""

    channel = Channel.WHATSAPP
    network = Network.WHATSAPP
    icon = "channel-whatsapp"
    takes_notices = True
    purpose = gettext_lazy("Messages to your business number, through Meta's Cloud API.")
    max_body_bytes = 3 * MIB
    api_url = API_URL
    facts = (Fact("phone", gettext_lazy("Phone number")),)
    fields = (
        SetupField(
            "external_id",
            gettext_lazy("Phone number ID"),
            gettext_lazy(
                "In the app, under WhatsApp > API Setup. It isn't the phone number itself."
            ),
        ),
        SetupField(
            "access_token",
            gettext_lazy("Access token"),
            gettext_lazy(
                "The token of a system user with the permission whatsapp_business_messaging."
            ),
            FieldKind.SEALED,
        ),
        *SECRETS,
        GRAPH_VERSION,
    )
    steps = (
        gettext_lazy("Create an app at developers.facebook.com/apps, and add WhatsApp to it."),
        gettext_lazy(
            "Under WhatsApp > Configuration, enter this callback URL and your verify "
            "token: %(hook_url)s"
        ),
        gettext_lazy("Subscribe to the messages webhook field."),
        gettext_lazy("Create a system user with a token that doesn't expire."),
    )

    def get_limits(self, connection: Connection, conversation: Conversation) -> ReplyLimits:
        """Return the limits of a message, and of a file by itself."""
        return ReplyLimits(
            max_chars=MAX_TEXT,
            window=WINDOW,
            max_files=5,
            max_file_bytes=MAX_FILE_BYTES,
            files_apart=True,
        )

    def receive(self, connection: Connection, request: Request, *, at: datetime) -> Received:
        """Answer the handshake, or check the signature and return the events of all numbers."""
        return receive_whatsapp(connection, request)

    def shares_webhook(self, connection: Connection, other: Connection) -> bool:
        """Return True for connections of one app."""
        return is_same_app(connection, other)

    def translate(self, connection: Connection, raw: bytes) -> list[Item]:
        """Return what a stored event reports. Raises ForeignError for another number's."""
        event = read_object(raw)
        if (place := find_id(event, "id")) != connection.external_id:
            raise ForeignError(place)
        return read_event(event)

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a file, in two steps: where it is, and its content."""
        return fetch_by_id(connection, file, at=at)

    def send(self, part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a part, unless a status says that an earlier attempt has arrived."""
        mark = f"part-{part.pk}"
        if call.attempts > 1 and (known := _find_reported(part, mark)):
            return Sent(200, content=known)
        fields = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_get_recipient(part.conversation),
            **_make_content(part, call.body, at=at),
            "biz_opaque_callback_data": mark,
        }
        path = f"{part.connection.external_id}/messages"
        answer = ask_graph(part.connection, "POST", path, json=fields, at=at)
        messages = list_parts(answer, "messages")
        return Sent(200, content=get_id(messages[0], "id") if messages else "")

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Return whether the token may use the number."""
        fields = {"fields": "id,display_phone_number"}
        found = ask_graph(connection, "GET", connection.external_id, params=fields, at=at)
        if not get_line(found, "display_phone_number"):
            return _("This isn't a phone number ID. Copy it from WhatsApp > API Setup.")
        return ""


def _get_recipient(conversation: Conversation) -> dict[str, str]:
    """Return whom to write to. Meta recommends the phone number if it is known."""
    if phone := conversation.data.get("phone"):
        return {"to": phone}
    return {"recipient": conversation.external_id}


def _make_content(part: ChannelMessage, body: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    if not body["files"]:
        return {"type": "text", "text": {"body": body["text"], "preview_url": False}}
    file = load_file(body["files"][0])
    kind = get_kind(file)
    if kind == "image" and file.size > MAX_IMAGE_BYTES:
        raise CallRefusedError(_("WhatsApp accepts images up to 5 MB."))
    content = {"id": _upload(part.connection, file, at=at)}
    if kind == "document":
        content["filename"] = file.name
    return {"type": kind, kind: content}


def get_kind(file: Attachment) -> str:
    """Return how WhatsApp shows a file. What it knows no other type for is a document."""
    return next((kind for kind, types in TYPES.items() if file.content_type in types), "document")


def _upload(connection: Connection, file: Attachment, *, at: datetime) -> str:
    """Return Meta's ID of a file. One that is uploaded again after a failure expires by itself."""
    uploaded = ask_graph(
        connection,
        "POST",
        f"{connection.external_id}/media",
        at=at,
        data={"messaging_product": "whatsapp", "type": file.content_type},
        files={"file": (file.name, read_content(file), file.content_type)},
    )
    return get_id(uploaded, "id")


def _find_reported(part: ChannelMessage, mark: str) -> str:
    """Return the ID of a message that an earlier attempt has sent, or "".

    WhatsApp has no way to ask, but each of its statuses carries the mark of the part.
    """
    since = ChannelEvent.objects.filter(
        connection=part.connection, received_at__gte=part.written_at
    )
    for raw in since.order_by("-pk").values_list("raw", flat=True)[:LATEST_EVENTS]:
        if mark.encode() in bytes(raw):
            status = _read_mark(bytes(raw), mark)
            if status:
                return status
    return ""


def _read_mark(raw: bytes, mark: str) -> str:
    try:
        status = find_part(read_object(raw), "status")
    except UnreadableError:
        return ""
    is_same = get_line(status, "biz_opaque_callback_data") == mark
    return find_id(status, "id") if is_same else ""
