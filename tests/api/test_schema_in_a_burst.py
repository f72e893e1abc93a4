"""Requests that come together after a start wait for one document instead of building one each."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest

from helpdesk.api.schema import published

SERVER = "https://help.example/rocket/api/v1"


def test_the_document_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    second = Event()

    def write(_schema: Any, **_options: Any) -> str:
        written.append("document")
        if len(written) > 1:
            second.set()
        second.wait(0.5)  # for as long as another request takes to get here
        return f"servers: [{published.ANY_SERVER}]"

    monkeypatch.setattr(published, "_build_schema", lambda _language: {})
    monkeypatch.setattr(published.yaml, "dump", write)
    published._write_document.cache_clear()
    found: list[str] = []
    asks = [Thread(target=lambda: found.append(_ask())) for _ in range(4)]
    try:
        for thread in asks:
            thread.start()
        for thread in asks:
            thread.join()
    finally:
        published._write_document.cache_clear()
    assert len(written) == 1
    assert found == [f"servers: [{SERVER}]"] * 4


def _ask() -> str:
    return published.get_document("en", form="yaml", server=SERVER)
