"""URLs of a desk's pages that carry a secret; they always use the installation's own host.

A sign-in is global, but a desk's custom domain belongs to the desk: its owner must not be able to
collect what verifies other people's addresses or sets their passwords.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix, reverse

from accounts.models import Desk


def build_desk_url(desk: Desk, name: str, *args: object) -> str:
    """Return the absolute URL of a desk's page by its URL name."""
    return build_installation_url(desk, reverse(name, args=args))


def build_installation_url(desk: Desk, url: str) -> str:
    """Return the same page of the desk below SITE_URL, whatever host and prefix the URL has."""
    path = urlsplit(url).path.removeprefix(get_script_prefix())
    return f"{settings.SITE_URL.rstrip('/')}/{desk.slug}/{path}"
