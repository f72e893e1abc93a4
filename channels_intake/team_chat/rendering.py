"""Previews of chat messages: as the chat shows them, and as the JSON that is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import Desk
from channels_intake.models import ChatConnection, ChatRule, ChatTopic
from channels_intake.team_chat.preview import Piece, PieceKind, split_message
from channels_intake.team_chat.samples import compose_sample
from channels_intake.team_chat.vendors import make_message
from channels_intake.team_chat.vendors.protocol import Post, Target

HIDDEN = "•••"  # in place of secrets
KEY = "5f0a2c9e4b7d1836fa20c4d9"  # of a made-up message
TAGS = {
    PieceKind.MENTION: '<span class="chat-mention">{}</span>',
    PieceKind.STRONG: "<strong>{}</strong>",
    PieceKind.EMPHASIS: "<em>{}</em>",
    PieceKind.CODE: "<code>{}</code>",
    PieceKind.TEXT: "{}",
}


def render_messages(
    rules: Iterable[ChatRule], connection: ChatConnection, *, desk: Desk, at: datetime
) -> SafeString:
    """Return the messages of rules as HTML, "" if there are none."""
    return format_html_join(
        "", "{}", ((_render_message(rule, connection, desk, at),) for rule in rules)
    )


def _render_message(
    rule: ChatRule, connection: ChatConnection, desk: Desk, at: datetime
) -> SafeString:
    text = compose_sample(rule, connection, desk=desk, at=at)
    url, body = _describe_request(connection, text)
    return format_html(
        '<section class="chat-sample"><h2>{}</h2><div class="chat-post">'
        '<span class="chat-avatar" aria-hidden="true">P</span><div class="chat-words">'
        '<p class="chat-author"><strong>Plumbline</strong> <span class="chat-bot">{}</span>'
        ' <time datetime="{}">{}</time></p><div class="chat-text" dir="auto">{}</div></div></div>'
        "<details><summary>{}</summary><pre>POST {}\n{}</pre></details></section>",
        ChatTopic(rule.topic).label,
        gettext("bot"),
        at.isoformat(),
        f"{timezone.localtime(at):%H:%M}",
        _render_text(connection.kind, text),
        gettext("As JSON"),
        url,
        body,
    )


def _render_text(kind: str, text: str) -> SafeString:
    if not text:
        return format_html("<em>{}</em>", gettext("Nothing is posted."))
    return format_html_join("", "{}", ((_render(piece),) for piece in split_message(kind, text)))


def _render(piece: Piece) -> SafeString:
    if piece.kind == PieceKind.LINK:
        return format_html('<a href="{}" rel="noreferrer">{}</a>', piece.url, piece.text)
    return format_html(TAGS[piece.kind], piece.text)


def _describe_request(connection: ChatConnection, text: str) -> tuple[str, str]:
    """Return the URL and the JSON body of the request that posts a text."""
    target = Target(
        webhook_url=HIDDEN,
        server_url=connection.server_url.rstrip("/"),
        bot_token=HIDDEN,
        channel=connection.channel,
    )
    request = make_message(connection.kind, target, Post(text, key=KEY))
    return request.url, json.dumps(request.body, indent=2, ensure_ascii=False)
