"""The protocols of Rocket.Chat, Mattermost and Slack: requests, responses, mentions. Pure.

protocol.py says what each vendor must know; there is a file for each. Incoming webhooks take the
same body everywhere, {"text": ...}, and return no message ID, so threads need a bot: Mattermost's
POST /api/v4/posts with root_id, Rocket.Chat's chat.sendMessage with tmid, Slack's chat.postMessage
with thread_ts. So does finding out whether a message arrived whose response was lost.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels_intake.models import ChatKind
from channels_intake.team_chat.vendors.mattermost import Mattermost
from channels_intake.team_chat.vendors.protocol import ChatRequest, Post, Target, Vendor
from channels_intake.team_chat.vendors.rocketchat import RocketChat
from channels_intake.team_chat.vendors.slack import Slack

VENDORS: Mapping[str, Vendor] = {
    ChatKind.MATTERMOST: Mattermost(),
    ChatKind.ROCKETCHAT: RocketChat(),
    ChatKind.SLACK: Slack(),
}


def make_message(kind: str, target: Target, post: Post) -> ChatRequest:
    """Return the request that posts a message: by the bot if there is one, else by the webhook."""
    if target.has_bot:
        return VENDORS[kind].make_post(target, post)
    # A webhook of Slack ignores the channel; those of the others may be locked to their own.
    channel = {"channel": target.channel} if target.channel else {}
    return ChatRequest(target.webhook_url, {"text": post.text} | channel)
