"""The name that this installation has towards mail servers."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.mail import DNS_NAME


def find_host_name(site_url: str) -> str:
    """Return the host of SITE_URL as RFC 5321 (4.1.3) writes it: an address in brackets."""
    host = urlsplit(site_url).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host.encode("idna").decode()
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"


def use_own_host_name(site_url: str) -> None:
    """Greet mail servers (EHLO) with the host of SITE_URL, and end Message-IDs with it.

    Otherwise Django asks the system for its name, which is often no name that others know.
    """
    DNS_NAME._fqdn = find_host_name(site_url)
