"""URLs that may be requested: in production only public https hosts of an admin (SSRF guard).

Independent of the HTTP client, so that models can check a URL when it is saved.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _


class ForbiddenAddressError(Exception):
    """The URL must not be requested. The message says why."""


def is_guarded() -> bool:
    """Return True if only public https URLs may be requested."""
    return bool(settings.MODE == "production")


def get_url_error(url: str, hosts: Collection[str]) -> str | None:
    """Return why this URL must not be requested, or None. hosts: whole names in lowercase."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return _("This is not a URL.")
    if parts.scheme not in {"https", "http"} or not host:
        return _("This isn't a URL. Start it with https://.")
    if parts.username is not None or parts.password is not None:
        return _("Remove the user name from the URL.")
    if host not in hosts:
        return _("%(host)s is not an allowed host.") % {"host": host}
    if is_guarded() and (parts.scheme != "https" or port not in {None, 443}):
        return _("Only https on port 443 is allowed.")
    return None


def resolve_public_addresses(host: str, port: int) -> list[str]:
    """Look up a host. Raises OSError if it has no address.

    Raises ForbiddenAddressError in production if any of its addresses is not public.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if is_guarded() and not all(_is_public(address) for address in found):
        raise ForbiddenAddressError(_("%(host)s is not a public address.") % {"host": host})
    return found


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)
