"""Which resolved addresses an outgoing request may reach in production (SSRF)."""

from __future__ import annotations

import socket

import pytest
from pytest_django.fixtures import Settings

from accounts.network import addresses
from accounts.network.addresses import ForbiddenAddressError, resolve_public_addresses

PUBLIC = [
    "8.8.8.8",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:82a::200e",
    "3ffe:ffff::1",
    "3fff:1000::1",  # the first address behind 3fff::/20
    "2001:db9::1",
    # Public IPv4 inside of IPv6
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "::ffff:0:8.8.8.8",
    "2002:808:808::1",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
    "::8.8.8.8",
]
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "100::1", "4000::1", "5f00::1", "1fff::1", "e000::1",
    "2001:db8::1", "2001:db8:ffff::1", "3fff::1", "3fff:fff:ffff::1",
    "2001:2::1", "2001:10::1", "2001:20::1",
    # Inner IPv4 inside of IPv6: mapped, NAT64, its local-use prefix, SIIT, 6to4, compatible
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:192.0.0.9",
    "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::10.0.0.1",
    "64:ff9b:1::10.0.0.1", "64:ff9b:1::8.8.8.8",
    "::ffff:0:127.0.0.1", "::ffff:0:10.0.0.1",
    "2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:101::1", "2002:e000:1::1",
    "::127.0.0.1", "::10.0.0.1", "::224.0.0.1",
    # Teredo: an inner client (the last 32 bits, inverted), and an inner server
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2001:0:7f00:1:8000:63bf:f7f7:f7f7",
]  # fmt: skip


def resolve(address: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Resolve a host that has this address beside a public one."""
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("1.1.1.1", address)
    ]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: found)
    return resolve_public_addresses("crm.example", 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(
    address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE = "production"
    assert resolve(address, monkeypatch) == ["1.1.1.1", address]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_any_other_address_is_refused(
    address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE = "production"
    with pytest.raises(ForbiddenAddressError, match="not a public address"):
        resolve(address, monkeypatch)
