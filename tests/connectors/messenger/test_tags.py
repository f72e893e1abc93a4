"""The script tags that the admin's pages show are the ones that the guide explains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from channels_intake.connectors import tags
from channels_intake.models import Connection

GUIDE = Path(__file__).parents[3] / "docs" / "messenger.md"


@pytest.mark.parametrize("place", ["messenger", "form"])
def test_the_tag_of_the_page_is_the_one_of_the_guide(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(
        tags, "build_page_url", lambda *_given: f"https://help.example.com/{place}/TOKEN"
    )
    tag = tags.make_script_tag(Connection(hook_token="TOKEN"), place)
    attributes = r'(?: data-title="[^"]+")?'
    shown = re.findall(
        rf'<script src="\S+/{place}/TOKEN\.js"{attributes} async></script>', GUIDE.read_text()
    )
    assert shown
    assert {re.sub(attributes, "", one) for one in shown} == {tag}
