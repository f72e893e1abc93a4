"""URLs that may be requested: in production only public https hosts of an admin (SSRF guard).

Independent of the HTTP client, so that models can check a URL when it is saved.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings

from accounts.network.errors import URL_SENTENCES, ForbiddenAddressError, UrlProblem
from accounts.sentences import Problem, fill_sentence


def is_guarded() -> bool:
    """Return True if only public https URLs may be requested."""
    return bool(settings.MODE == "production")


def get_url_error(url: str, hosts: Collection[str]) -> str | None:
    """Return why this URL must not be requested, or None. hosts: whole names in lowercase."""
    problem = find_url_problem(url, hosts)
    return problem and fill_sentence(URL_SENTENCES[problem.code], problem.data, code=problem.code)


def find_url_problem(url: str, hosts: Collection[str]) -> Problem | None:
    """The same as a code and its parameters, to store or to raise."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return Problem(UrlProblem.NOT_A_URL, {})
    if parts.scheme not in {"https", "http"} or not host:
        return Problem(UrlProblem.NO_SCHEME, {})
    if parts.username is not None or parts.password is not None:
        return Problem(UrlProblem.USER_IN_URL, {})
    if host not in hosts:
        return Problem(UrlProblem.HOST_NOT_ALLOWED, {"host": host})
    if is_guarded() and (parts.scheme != "https" or port not in {None, 443}):
        return Problem(UrlProblem.ONLY_HTTPS, {})
    return None


def resolve_public_addresses(host: str, port: int) -> list[str]:
    """Look up a host. Raises OSError if it has no address.

    Raises ForbiddenAddressError in production if any of its addresses is not public.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if is_guarded() and not all(_is_public(address) for address in found):
        raise ForbiddenAddressError(UrlProblem.NOT_PUBLIC, {"host": host})
    return found


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)
