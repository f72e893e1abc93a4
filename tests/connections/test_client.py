"""Requests to a vendor: what a response may weigh, and what a file may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from channels_intake.calls.errors import CallRefusedError
from channels_intake.connections.client import TooLargeError, call_vendor, fetch_file
from channels_intake.connections.contract import MIB
from channels_intake.models import Connection
from helpdesk.demo.vendors.contract import Call, FakeVendor, Reply
from helpdesk.demo.vendors.serving import serve
from tests.cast import NOON

BASE = "https://vendor.invalid"


class Store(FakeVendor):
    """A vendor that has one file."""

    name = "store"
    size = 0

    def answer(self, call: Call) -> Reply:
        return Reply(200, bytes(self.size), {"Content-Type": "video/mp4"})


@pytest.fixture
def store() -> Iterator[Store]:
    fake = Store()
    with serve(fake):
        yield fake


def fetch(store: Store, url: str = "/film") -> bytes:
    return fetch_file(Connection(api_url=store.url), url, base_url=BASE, at=NOON)


def test_a_file_may_be_as_large_as_an_attachment(store: Store, settings: Any) -> None:
    store.size = 11 * MIB
    assert len(fetch(store)) == store.size
    settings.MAX_ATTACHMENT_BYTES = store.size - 1
    with pytest.raises(TooLargeError):
        fetch(store)


def test_a_response_that_is_no_file_may_not(store: Store) -> None:
    store.size = 11 * MIB
    with pytest.raises(TooLargeError):
        call_vendor(Connection(api_url=store.url), "GET", "/list", base_url=BASE, at=NOON)


@pytest.mark.parametrize("url", ["", "film", "ftp://vendor.invalid/film", "data:,film"])
def test_what_is_no_url_is_not_asked_for(store: Store, url: str) -> None:
    with pytest.raises(CallRefusedError):
        fetch(store, url)
    assert not store.log
