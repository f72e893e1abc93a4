"""Addresses of a desk's pages that carry a secret: they stand below the installation's own host.

A login is global, and a desk's own domain belongs to the desk: who points it elsewhere must not collect what proves
other people's addresses or sets their passwords.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix, reverse

from accounts.models import Desk


def build_desk_url(desk: Desk, name: str, *args: object) -> str:
    """The whole address of a page of a desk."""
    return build_installation_url(desk, reverse(name, args=args))


def build_installation_url(desk: Desk, url: str) -> str:
    """The same page of the desk, whatever host and prefix the address has, below SITE_URL."""
    path = urlsplit(url).path.removeprefix(get_script_prefix())
    return f"{settings.SITE_URL.rstrip('/')}/{desk.slug}/{path}"
