"""Checks of the internal systems that outgoing requests may reach, and of their authorities."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from helpdesk.environment.servers import HOST

HTTPS_PORT = 443


def parse_host(text: str) -> tuple[str, int]:
    """Return the host in lowercase and the port of "host" or "host:port". Raises ValueError."""
    parts = urlsplit(f"//{text.strip()}")
    host = parts.hostname or ""
    written = f"[{host}]" if ":" in host else host
    if parts.netloc != text.strip() or parts.username is not None or parts.port == 0:
        raise ValueError(text)
    if "*" in host or host.startswith(".") or not HOST.fullmatch(written):
        raise ValueError(text)
    return host, parts.port or HTTPS_PORT


def parse_hosts(texts: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Return the hosts and ports of a list, without those that can't be read."""
    return frozenset(parse_host(text) for text in texts if not _is_wrong(text))


def list_outgoing_problems(hosts: Iterable[str], authorities: str) -> list[str]:
    """Return what is wrong with OUTGOING_ALLOWED_HOSTS and OUTGOING_CA."""
    problems = []
    if any(_is_wrong(text) for text in hosts):
        problems.append(
            "OUTGOING_ALLOWED_HOSTS must list whole host names or addresses, with a port unless it"
            " is 443: crm.internal,10.1.2.3:8443"
        )
    if authorities and not hosts:
        problems.append("OUTGOING_ALLOWED_HOSTS is missing. OUTGOING_CA is only for those hosts.")
    if authorities:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(Path(authorities))
        except (OSError, ValueError):  # SSLError is an OSError
            problems.append("OUTGOING_CA must be the path of a readable file of PEM certificates.")
    return problems


def _is_wrong(text: str) -> bool:
    try:
        parse_host(text)
    except ValueError:
        return True
    return False
