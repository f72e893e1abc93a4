"""Other shapes of the same body: flat JSON, and a message for chats. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_EXCERPT = 500  # characters of a message in a chat
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # the only ones that Slack knows


def make_flat(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same facts in one level, such as ``ticket_number``. Lists become texts."""
    flat = {name: value for name, value in content.items() if name != "data"}
    _flatten(content["data"], "", flat)
    return flat


def make_slack(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message as Slack's incoming webhooks take it, and those that copy them.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    data = content["data"]
    ticket = data["ticket"]
    text = _escape(content["name"])
    if ticket:
        text = f"<{content['url']}|{_escape(ticket['reference'])}> {text}"
        if subject := ticket.get("subject"):
            text += f": {_escape(subject)}"
    body = (data.get("note") or data.get("message") or {}).get("text", "")
    if body:
        cut = body[:MAX_EXCERPT] + ("…" if len(body) > MAX_EXCERPT else "")
        text += "\n" + "\n".join(f"> {_escape(line)}" for line in cut.splitlines())
    return {"text": text}


def _flatten(value: Mapping[str, Any], prefix: str, into: dict[str, Any]) -> None:
    for name, inner in value.items():
        key = f"{prefix}{name}"
        if isinstance(inner, Mapping):
            _flatten(inner, f"{key}_", into)
        elif isinstance(inner, list | tuple):
            into[key] = ", ".join("" if each is None else str(each) for each in inner)
        else:
            into[key] = inner


def _escape(text: str) -> str:
    for sign, escaped in _ESCAPES.items():
        text = text.replace(sign, escaped)
    return text
