"""Facebook's connector: a page's messages in Messenger, and the comments on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import Network
from channels_intake.connections.contract import (
    Fact,
    FactKind,
    FieldKind,
    Item,
    ReplyLimits,
    SetupField,
)
from channels_intake.connections.reading import get_id
from channels_intake.connectors.facebook.comments import read_feed
from channels_intake.connectors.meta.client import ask_graph
from channels_intake.connectors.meta.connector import GRAPH_VERSION, SECRETS, MetaConnector
from channels_intake.connectors.meta.sending import (
    HUMAN_WINDOW,
    MAX_TEXT,
    NEWEST,
    CommentFields,
    find_sent_comment,
)
from channels_intake.models import ChannelMessage
from tickets.models import Channel

COMMENTS = CommentFields("comments", text="message", time="created_time")
MAX_COMMENT = 8000
MAX_FILE_BYTES = 25 * 1024 * 1024


class FacebookConnector(MetaConnector):
    """A page on Facebook."""

    channel = Channel.FACEBOOK
    network = Network.FACEBOOK
    icon = "channel-facebook"
    purpose = gettext_lazy("Messages to your page, and comments on its posts.")
    about = "page"
    platform = "messenger"
    name_fields = "first_name,last_name"
    message_limits = ReplyLimits(
        max_chars=MAX_TEXT,
        window=HUMAN_WINDOW,
        max_files=5,
        max_file_bytes=MAX_FILE_BYTES,
        files_apart=True,
    )
    comment_limits = ReplyLimits(max_chars=MAX_COMMENT, may_split=False)
    facts = (Fact("link", gettext_lazy("Comment on Facebook"), FactKind.LINK),)
    fields = (
        SetupField(
            "external_id",
            gettext_lazy("Page ID"),
            gettext_lazy("On your page, under About > Page transparency."),
        ),
        SetupField(
            "access_token",
            gettext_lazy("Page access token"),
            gettext_lazy("Needs the permissions pages_messaging and pages_manage_engagement."),
            FieldKind.SEALED,
        ),
        *SECRETS,
        GRAPH_VERSION,
    )
    steps = (
        gettext_lazy("Create a Business app at developers.facebook.com/apps."),
        gettext_lazy("Add the Messenger product, connect your page, and generate a token for it."),
        gettext_lazy(
            "Under Webhooks, choose Page, and enter this callback URL and your verify token: "
            "%(hook_url)s"
        ),
        gettext_lazy(
            "Subscribe the page to messages, message_echoes, message_edits, message_deliveries, "
            "message_reads, messaging_postbacks and feed."
        ),
        gettext_lazy(
            "Request advanced access to pages_messaging and the Human Agent feature "
            "from Meta. Without Human Agent, you can reply for 24 hours instead of "
            "seven days."
        ),
    )

    def read_change(self, place: str, time: object, change: Mapping[str, Any]) -> list[Item]:
        """Return what a change of the page's feed reports."""
        return read_feed(place, time, change)

    def post_comment(self, part: ChannelMessage, text: str, *, at: datetime) -> str:
        """Answer in the thread of a comment or a post, and return the new comment's ID."""
        path = f"{part.conversation.external_id}/comments"
        posted = ask_graph(part.connection, "POST", path, json={"message": text}, at=at)
        return get_id(posted, "id")

    def find_sent_comment(self, part: ChannelMessage, text: str, *, at: datetime) -> str:
        """Return the ID of the page's comment with this text in the thread, or ""."""
        newest = {"order": "reverse_chronological", "limit": str(NEWEST)}
        return find_sent_comment(part, text, COMMENTS, at=at, **newest)
