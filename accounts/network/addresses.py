"""Which addresses may be requested: in production, only public https hosts that an admin named (SSRF guard).

Knows no HTTP client, so that models may check an address when it is saved.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings


class ForbiddenAddressError(Exception):
    """The address may not be asked."""


def is_guarded() -> bool:
    """Whether only public https addresses may be asked."""
    return bool(settings.MODE == "production")


def get_url_error(url: str, hosts: Collection[str]) -> str | None:
    """Why this URL may not be asked, in one sentence, or None. Hosts are compared whole, in lower case."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "This is not a URL."
    if parts.scheme not in {"https", "http"} or not host:
        return "This is not a web address."
    if parts.username is not None or parts.password is not None:
        return "An address may hold no user name."
    if host not in hosts:
        return f"{host} is not one of the named hosts."
    if is_guarded() and (parts.scheme != "https" or port not in {None, 443}):
        return "Only https on its usual port is asked."
    return None


def resolve_public_addresses(host: str, port: int) -> list[str]:
    """Look a host up. Raises ForbiddenAddressError in production if any of its addresses is not public, OSError for none."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if is_guarded() and not all(_is_public(address) for address in found):
        raise ForbiddenAddressError(f"{host} is not a public address.")
    return found


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)
