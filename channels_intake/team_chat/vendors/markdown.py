"""Shared by Mattermost and Rocket.Chat: Markdown, and mentions by user name. Pure."""

from __future__ import annotations

import re

from channels_intake.team_chat.vendors.protocol import GRAVE, NO_BREAK

_REFERENCE = re.compile(r"&(?=#?\w+;)")
_LABEL_END = re.compile(r"\](?=[(\[])")
_USER_NAME = re.compile(r"[\w.-]+", re.ASCII)
GROUPS = frozenset({"all", "channel", "here"})  # each notifies a whole channel


def is_user_name(name: str) -> bool:
    """Return True if "@" and this name mention one user."""
    return bool(_USER_NAME.fullmatch(name)) and name.lower() not in GROUPS


class Markdown:
    """Mentions by user name, and Markdown's links."""

    def mention(self, user_id: str, user_name: str) -> str:
        return f"@{user_name}" if is_user_name(user_name) else ""

    def link(self, url: str, label: str) -> str:
        return f"[{label}]({url})"

    def escape(self, text: str) -> str:
        """Break mentions, labeled links, code, and Slack's notation, which webhooks take as well.

        Character references, too: Mattermost reads "&#64;all" as a mention.
        """
        text = _REFERENCE.sub(f"&{NO_BREAK}", text)
        text = text.replace("@", f"@{NO_BREAK}").replace("<", f"<{NO_BREAK}")
        return _LABEL_END.sub("] ", text).replace("`", GRAVE)
