"""docs/connectors.md has a row for each connector, and its limits are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Desk
from channels_intake.connections.registry import CONNECTORS
from channels_intake.models import Connection, ConnectionKind, Conversation

PAGE = (Path(settings.BASE_DIR) / "docs" / "connectors.md").read_text()
TITLES = "| | In | Out | Signature | Retry | Limits | Identity |"


def read_rows() -> dict[str, list[str]]:
    lines = PAGE[PAGE.index(TITLES) :].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines[2:] if line.startswith("| **")]
    return {row[0].strip("*"): row[1:] for row in rows}


def test_each_connector_has_a_whole_row_and_no_other_has() -> None:
    rows = read_rows()
    assert set(rows) == {str(ConnectionKind(kind).label) for kind in CONNECTORS}
    assert {len(row) for row in rows.values()} == {6}
    assert all(cell.strip() for row in rows.values() for cell in row)


@pytest.mark.parametrize(
    ("kind", "conversation"),
    [
        (ConnectionKind.FACEBOOK, Conversation(external_id="1")),
        (ConnectionKind.FACEBOOK, Conversation(external_id="1", is_public=True)),
        (ConnectionKind.INSTAGRAM, Conversation(external_id="1")),
        (ConnectionKind.INSTAGRAM, Conversation(external_id="1", is_public=True)),
        (ConnectionKind.X, Conversation(external_id="post:1:2")),
        (ConnectionKind.X, Conversation(external_id="dm:2")),
        (ConnectionKind.ROCKETCHAT, Conversation(external_id="1")),
        (ConnectionKind.REVIEWS, Conversation(external_id="1", data={"store": "googleplay"})),
        (ConnectionKind.WHATSAPP, Conversation(external_id="1")),
        (ConnectionKind.TELEGRAM, Conversation(external_id="1")),
    ],
)
def test_documented_lengths_are_those_of_the_code(
    kind: ConnectionKind, conversation: Conversation
) -> None:
    limits = CONNECTORS[kind].get_limits(Connection(kind=kind), conversation)
    length = limits.max_bytes or limits.max_chars
    assert f"{length:,}" in read_rows()[str(kind.label)][4]


def test_documented_days_are_those_of_the_code() -> None:
    assert f"kept for {Desk().webhook_days} days" in PAGE
