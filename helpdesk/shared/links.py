"""URLs of pages that carry a secret; they always use the installation's own host, SITE_URL.

A sign-in is global, but a desk's custom domain belongs to the desk: its owner must not be able to
collect what verifies other people's addresses or sets their passwords. Nor may the Host header of
a request: whoever asks for another person's email chooses it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix, reverse

from accounts.models import Desk


def build_desk_url(desk: Desk, name: str, *args: object) -> str:
    """Return the absolute URL of a desk's page by its URL name."""
    return build_installation_url(desk, reverse(name, args=args))


def build_installation_url(desk: Desk | None, url: str) -> str:
    """Return the same page below SITE_URL, whatever host and prefix the URL has.

    desk: None for pages outside of all desks.
    """
    page = urlsplit(url)
    path = page.path.removeprefix(get_script_prefix()).removeprefix("/")
    place = f"{desk.slug}/{path}" if desk else path
    query = f"?{page.query}" if page.query else ""
    return f"{settings.SITE_URL}/{place}{query}"
