"""Whatever stands in a genuine payload, it is translated or set aside, and never fails."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from channels_intake.connections.contract import UnreadableError
from tests.connectors.graph import FOLDER, load, make_connection, translate

PLACES = {
    "facebook": "682498302938465",
    "instagram": "17841405822304914",
    "whatsapp": "106540352242922",
}
PAYLOADS = [
    (kind, path.stem) for kind in PLACES for path in (FOLDER / kind / "payloads").glob("*.json")
]
JUNK: list[Any] = [
    None, True, -1, 10**30, 0.5, "", "http://[", "\ud800\x00", "x" * 5000, [], {}, [[]], {"id": {}},
]  # fmt: skip


def mutate(node: Any) -> Iterator[Any]:
    """Yield copies of a payload in which one part is junk or missing."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        for junk in JUNK:
            changed = copy.copy(node)
            changed[key] = junk
            yield changed
        if isinstance(node[key], dict | list):
            for inner in mutate(node[key]):
                changed = copy.copy(node)
                changed[key] = inner
                yield changed


@pytest.mark.parametrize(("kind", "name"), PAYLOADS)
def test_no_part_of_a_payload_breaks_its_translation(kind: str, name: str) -> None:
    connection = make_connection(kind, PLACES[kind])
    tried = 0
    for payload in mutate(load(kind, name)):
        tried += 1
        try:
            items = translate(connection, payload)
        except UnreadableError:
            continue
        # What comes out can be stored: no surrogates, no control characters.
        json.dumps([repr(item) for item in items], ensure_ascii=False).encode()
        assert "\x00" not in repr(items)
    assert tried > 50
