"""URLs that may be requested: in production only public https hosts of an admin (SSRF guard).

The operator can list hosts of the own network that may be requested, too (OUTGOING_ALLOWED_HOSTS).

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

HTTPS_PORT = 443
UNICAST_IPV6 = ipaddress.IPv6Network("2000::/3")  # all that IANA has assigned as global unicast
# 2001:db8::/32 is known to every Python as not global.
DOCUMENTATION_IPV6 = ipaddress.IPv6Network("3fff::/20")  # RFC 9637
IPV4_IN_THE_LAST_BITS = [
    ipaddress.IPv6Network(network)
    for network in (
        "::/96",  # IPv4-compatible (RFC 4291, 2.5.5.1), with :: and ::1
        "::ffff:0:0/96",  # mapped (RFC 4291, 2.5.5.2)
        "::ffff:0:0:0/96",  # SIIT (RFC 2765)
        "64:ff9b::/96",  # NAT64 (RFC 6052)
    )
]
# Global by IANA's registry, but answered by the nearest router: PCP and TURN (RFC 7723, RFC 8155),
# and the 6to4 relays (RFC 7526).
ANYCAST_IPV4 = [ipaddress.IPv4Network(network) for network in ("192.0.0.0/24", "192.88.99.0/24")]


def is_guarded() -> bool:
    """Return True if only public https URLs may be requested."""
    return bool(settings.MODE == "production")


def is_internal(host: str, port: int | None) -> bool:
    """Return True if the operator lists this host with this port. None: the usual port."""
    return (host, port or HTTPS_PORT) in settings.INTERNAL_HOSTS


def get_url_error(url: str, hosts: Collection[str]) -> str | None:
    """Return why this URL must not be requested, or None.

    hosts: whole names in lowercase. One that starts with a dot stands for every name below it.
    """
    problem = find_url_problem(url, hosts)
    return problem and fill_sentence(URL_SENTENCES[problem.code], problem.data, code=problem.code)


def get_destination_error(url: str) -> str | None:
    """Return why a URL that an admin enters would be refused when it is requested, or None.

    Looks its host up, as it is requested, in production only. A host without an address is
    accepted: it may be set up later.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port or HTTPS_PORT
        if error := get_url_error(url, {host}):
            return error
        if is_guarded():
            resolve_public_addresses(host, port)
    except ForbiddenAddressError as error:
        return str(error)
    except OSError:
        return None
    except ValueError:  # of the URL, or of a host that can't be a name (UnicodeError)
        return str(URL_SENTENCES[UrlProblem.NOT_A_URL])
    return None


def find_url_problem(url: str, hosts: Collection[str]) -> Problem | None:
    """Return why a URL is refused, as a code to store or to raise, or None."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return Problem(UrlProblem.NOT_A_URL, {})
    if parts.scheme not in {"https", "http"} or not host:
        return Problem(UrlProblem.NO_SCHEME, {})
    if parts.username is not None or parts.password is not None:
        return Problem(UrlProblem.USER_IN_URL, {})
    if not _is_allowed(host, hosts):
        return Problem(UrlProblem.HOST_NOT_ALLOWED, {"host": host})
    is_usual = port in {None, HTTPS_PORT} or is_internal(host, port)
    if is_guarded() and (parts.scheme != "https" or not is_usual):
        return Problem(UrlProblem.ONLY_HTTPS, {})
    return None


def _is_allowed(host: str, hosts: Collection[str]) -> bool:
    return host in hosts or any(host.endswith(each) for each in hosts if each.startswith("."))


def resolve_public_addresses(host: str, port: int) -> list[str]:
    """Look up a host. Raises OSError if it has no address.

    Raises ForbiddenAddressError in production if any of its addresses is not public, unless the
    operator lists the host with this port.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    is_checked = is_guarded() and not is_internal(host.lower(), port)
    if is_checked and not all(_is_public(address) for address in found):
        raise ForbiddenAddressError(UrlProblem.NOT_PUBLIC, {"host": host})
    return found


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = _list_embedded(ip) if isinstance(ip, ipaddress.IPv6Address) else [ip]
    if inner:
        return all(_is_public_ipv4(each) for each in inner)
    return ip in UNICAST_IPV6 and ip.is_global and ip not in DOCUMENTATION_IPV6


def _is_public_ipv4(ip: ipaddress.IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in ANYCAST_IPV4)


def _list_embedded(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that a router or a tunnel may deliver to instead."""
    if any(ip in net for net in IPV4_IN_THE_LAST_BITS):
        return [ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)]
    return [ip.sixtofour] if ip.sixtofour else list(ip.teredo or ())
