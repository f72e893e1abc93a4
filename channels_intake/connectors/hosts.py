"""Websites on which a connection's page may be shown: the hosts that an admin names. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from channels_intake.models import Connection

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# As CSP writes a host source: "*." for all below, and a port. Nothing else may get into the header.
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?")
MAX_HOSTS = 50


def list_hosts(connection: Connection) -> list[str]:
    """Return the well-formed hosts of a connection's settings, at most MAX_HOSTS."""
    entered = connection.settings.get("hosts") or ()
    lines = entered.splitlines() if isinstance(entered, str) else entered
    hosts = [str(line).strip().lower() for line in lines]
    return [host for host in hosts if is_host(host)][:MAX_HOSTS]


def is_host(text: str) -> bool:
    """Return True for a host name, with "*." before it or a port after it if need be."""
    return len(text) <= 253 and _HOST.fullmatch(text) is not None


def is_page_of(url: str, hosts: list[str]) -> bool:
    """Return True for the URL of a page on one of the hosts."""
    try:
        parts = urlsplit(url)
        place = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and any(_covers(host, *place) for host in hosts)


def _covers(host: str, name: str, port: int | None) -> bool:
    pattern, _colon, own_port = host.partition(":")
    if own_port and own_port != str(port or ""):
        return False
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and len(name) > len(pattern) - 1
    return name == pattern


def describe_hosts_problem(connection: Connection) -> str:
    """Return what is wrong with the hosts as a sentence, or ""."""
    if not list_hosts(connection):
        return _("No website can embed it yet. Add your website's host name.")
    return ""
