"""The hosts that may show a page in a frame: nothing else gets into the header."""

from __future__ import annotations

import pytest

from channels_intake.connectors.hosts import is_host, is_page_of, list_hosts
from channels_intake.models import Connection


@pytest.mark.parametrize(
    "text",
    ["example.com", "www.example.com", "*.example.com", "localhost:8001", "xn--bcher-kva.de"],
)
def test_hosts(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "*", "https://example.com", "example.com/path", "a.com;script-src *", "a.com b.com",
        "'self'", "a.com\nb.com", "*.*", "-a.com", "a..com", "exa mple.com", "bücher.de",
        "a.com:99999999", "https:",
    ],
)  # fmt: skip
def test_what_is_no_host(text: str) -> None:
    assert not is_host(text)


@pytest.mark.parametrize(
    "entered", ["Example.com\r\n*.acme.example\nevil;x", ["example.com", " *.acme.example", "*"]]
)
def test_only_well_formed_hosts_count(entered: object) -> None:
    connection = Connection(settings={"hosts": entered})
    assert list_hosts(connection)[:2] == ["example.com", "*.acme.example"]
    assert len(list_hosts(connection)) == 2


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        ("https://example.com/prices?x=1", True),
        ("http://a.acme.example/", True),
        ("https://localhost:8001/", True),
        ("https://localhost:8002/", False),
        ("https://acme.example/", False),
        ("https://notacme.example/", False),
        ("https://example.com.evil.example/", False),
        ("javascript:alert(1)//example.com", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_pages_of_hosts(url: str, is_ours: bool) -> None:
    assert is_page_of(url, ["example.com", "*.acme.example", "localhost:8001"]) is is_ours
