"""Checks of outgoing requests: the internal systems they may reach, authorities, the proxy."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from accounts.network.proxy import Proxy
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


def parse_proxy(text: str) -> Proxy | None:
    """Return the proxy of OUTGOING_PROXY, or None for an empty one. Raises ValueError."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme != "http" or not parts.hostname or not parts.port:
        raise ValueError(text)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(text)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Proxy(parts.hostname, parts.port, f"{user}:{password}" if user else "")


def read_proxy(text: str) -> tuple[Proxy | None, list[str]]:
    """Return the proxy, and what is wrong with OUTGOING_PROXY. Never repeats its password."""
    try:
        return parse_proxy(text), []
    except ValueError:
        return None, [
            "OUTGOING_PROXY must be a URL like http://proxy.internal:3128, special letters in %"
            " notation."
        ]


def _is_wrong(text: str) -> bool:
    try:
        parse_host(text)
    except ValueError:
        return True
    return False
