"""Instagram's connector: an account's direct messages, and the comments on its posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import Network
from channels_intake.connections.contract import FieldKind, Item, ReplyLimits, SetupField
from channels_intake.connections.reading import get_id, get_line
from channels_intake.connectors.instagram.comments import read_comment
from channels_intake.connectors.meta.client import ask_graph
from channels_intake.connectors.meta.connector import GRAPH_VERSION, SECRETS, MetaConnector
from channels_intake.connectors.meta.sending import HUMAN_WINDOW, CommentFields, find_sent_comment
from channels_intake.models import ChannelMessage
from tickets.models import Channel

REPLIES = CommentFields("replies", text="text", time="timestamp")
MAX_BYTES = 1000
MAX_COMMENT = 300
MAX_FILE_BYTES = 8 * 1024 * 1024  # of an image; the others may have 25 MB


class InstagramConnector(MetaConnector):
    """A professional account on Instagram that is linked to a Facebook page."""

    channel = Channel.INSTAGRAM
    network = Network.INSTAGRAM
    icon = "channel-instagram"
    purpose = gettext_lazy(
        "Direct messages to your professional account, and comments on its posts."
    )
    about = "instagram"
    platform = "instagram"
    name_fields = "name,username"
    message_limits = ReplyLimits(
        max_bytes=MAX_BYTES,
        window=HUMAN_WINDOW,
        max_files=5,
        max_file_bytes=MAX_FILE_BYTES,
        files_apart=True,
    )
    comment_limits = ReplyLimits(max_chars=MAX_COMMENT, may_split=False)
    fields = (
        SetupField(
            "external_id",
            gettext_lazy("Instagram account ID"),
            gettext_lazy("The numeric ID of the professional account, not its username."),
        ),
        SetupField(
            "access_token",
            gettext_lazy("Page access token"),
            gettext_lazy(
                "The token of the linked Facebook page. Needs the permissions "
                "instagram_manage_messages and instagram_manage_comments."
            ),
            FieldKind.SEALED,
        ),
        *SECRETS,
        GRAPH_VERSION,
    )
    steps = (
        gettext_lazy(
            "Switch the Instagram account to a professional account, and link it to a "
            "Facebook page."
        ),
        gettext_lazy("In the account's settings, allow access to messages under Connected tools."),
        gettext_lazy("Create an app at developers.facebook.com/apps, and add Instagram to it."),
        gettext_lazy(
            "Under Webhooks, choose Instagram, and enter this callback URL and your verify token: "
            "%(hook_url)s"
        ),
        gettext_lazy(
            "Subscribe to messages, messaging_postbacks, messaging_seen and comments, and connect "
            "the page to the app."
        ),
    )

    def read_name(self, profile: Mapping[str, Any]) -> str:
        """Return the name that a person has chosen, or the user name."""
        return get_line(profile, "name") or get_line(profile, "username")

    def read_change(self, place: str, time: object, change: Mapping[str, Any]) -> list[Item]:
        """Return what a change of the account reports."""
        return read_comment(place, time, change)

    def post_comment(self, part: ChannelMessage, text: str, *, at: datetime) -> str:
        """Answer the first comment of a thread, and return the new comment's ID."""
        path = f"{part.conversation.external_id}/replies"
        posted = ask_graph(part.connection, "POST", path, json={"message": text}, at=at)
        return get_id(posted, "id")

    def find_sent_comment(self, part: ChannelMessage, text: str, *, at: datetime) -> str:
        """Return the ID of the account's reply with this text, or ""."""
        return find_sent_comment(part, text, REPLIES, at=at)
