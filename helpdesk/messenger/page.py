"""The script that a website includes, and the page that it shows in a frame."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.places.languages import find_language
from channels_intake.connectors.hosts import list_hosts
from channels_intake.connectors.messenger.words import get_privacy_url, get_words
from channels_intake.models import Connection
from helpdesk.messenger.presence import is_online
from helpdesk.messenger.requests import MessengerRequest, require_messenger
from helpdesk.shared.colors import choose_ink, clean_color
from helpdesk.shared.http.framing import allow_framing

LOADER = Path(settings.BASE_DIR) / "helpdesk" / "static" / "messenger" / "loader.js"
SCRIPT_AGE = 600  # seconds that browsers and proxies keep the script
DEFAULT_COLOR = "#3b4cca"
THEMES = {"system", "light", "dark"}


@require_safe
@require_messenger
def send_script(request: MessengerRequest) -> HttpResponse:
    """Return the script for other websites: the same for everybody, without a cookie."""
    given = json.dumps(_describe_button(request.connection), ensure_ascii=True)
    response = HttpResponse(
        read_loader().replace("__SETTINGS__", given), content_type="text/javascript; charset=utf-8"
    )
    response["Cache-Control"] = f"public, max-age={SCRIPT_AGE}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@lru_cache(maxsize=1)
def read_loader() -> str:
    """Return the script's source, without comments and indentation."""
    lines = (line.strip() for line in LOADER.read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _describe_button(connection: Connection) -> dict[str, Any]:
    """Return how the button looks, and its words by language."""
    color = get_color(connection)
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words[code] = {
                "open": _("Write to us"),
                "close": _("Close the chat"),
                "title": _("Chat with %(desk)s") % {"desk": connection.desk.name},
                "unread": _("Write to us (new messages)"),
            }
    return {"color": color, "ink": choose_ink(color), "theme": get_theme(connection)} | {
        "words": words
    }


def get_color(connection: Connection) -> str:
    """Return the messenger's color, such as "#3b4cca"."""
    return clean_color(connection.settings.get("color")) or DEFAULT_COLOR


def get_theme(connection: Connection) -> str:
    """Return "light", "dark" or "system"."""
    theme = connection.settings.get("theme")
    return theme if theme in THEMES else "system"


@require_safe
@require_messenger
def show_page(request: MessengerRequest) -> HttpResponse:
    """Show the messenger, in the language of the website's page if there is a catalog for it."""
    language = find_language(request.GET.get("lang", "")) or translation.get_language()
    with translation.override(language):
        response = render(request, "messenger/page.html", _get_context(request))
    response["Content-Language"] = language or ""
    return allow_framing(response, list_hosts(request.connection))


def _get_context(request: MessengerRequest) -> dict[str, Any]:
    connection, token = request.connection, request.connection.hook_token
    color = get_color(connection)
    online = is_online(request.desk, at=timezone.now())
    return {
        "connection": connection,
        "language": translation.get_language(),
        "theme": get_theme(connection),
        "is_online": online,
        "greeting": get_words(connection, "greeting"),
        "offline": get_words(connection, "offline"),
        "consent": get_words(connection, "consent"),
        "privacy_url": get_privacy_url(connection),
        "contact_url": reverse("portal:contact"),
        "settings": {
            "url": reverse("messenger:page", args=[token]),
            "color": color,
            "ink": choose_ink(color),
            "isOnline": online,
            "words": _get_script_words(),
        },
    }


def _get_script_words() -> dict[str, str]:
    """Return what the script says, in the active language."""
    return {
        "sending": _("Sending…"),
        "sent": _("Sent"),
        "read": _("Read"),
        "failed": _("Not sent. Check your connection and try again."),
        "retry": _("Try again"),
        "you": _("You"),
        "support": _("Support"),
        "new": _("New message"),
        "mailed": _("Check your inbox and confirm your address to get our reply by email, too."),
        "remove": _("Remove %(name)s"),
        "tooLarge": _("These files are too large. The limit is %(limit)s in total."),
    }
