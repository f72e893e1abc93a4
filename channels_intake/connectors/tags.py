"""What an admin pastes into a website's pages, so that they show the messenger or a form."""

from __future__ import annotations

from channels_intake.models import Connection
from channels_intake.outgoing.composing import get_desk_url


def build_page_url(connection: Connection, place: str) -> str:
    """Return the URL of a connection's page, without a slash. place: "messenger" or "form"."""
    return f"{get_desk_url(connection.desk)}/{place}/{connection.hook_token}"


def make_script_tag(connection: Connection, place: str) -> str:
    """Return the script tag of a connection's page."""
    return f'<script src="{build_page_url(connection, place)}.js" async></script>'
