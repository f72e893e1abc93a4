"""Reading and checks of METRICS_NETWORKS."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks of a list, without those that can't be read."""
    return tuple(network for text in texts if (network := _parse(text)) is not None)


def list_network_problems(texts: Iterable[str]) -> list[str]:
    """Return what is wrong with METRICS_NETWORKS."""
    networks = [_parse(text) for text in texts]
    if None in networks:
        return ["METRICS_NETWORKS must list addresses or networks: 10.1.2.3,10.2.0.0/16,fd00::/8"]
    if any(network and network.prefixlen == 0 for network in networks):
        return ["METRICS_NETWORKS must not list every address. Set METRICS_TOKEN alone instead."]
    return []


def _parse(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text.strip())
    except ValueError:
        return None
