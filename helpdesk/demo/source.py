"""The demo's data files: one folder of TOML files per desk."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
SLUGS = ["rocketchat", "mattermost"]


def read_data(slug: str, part: str) -> dict[str, Any]:
    """Return one data file of a desk. part: desk, people, staff, rules, chat, ..."""
    with (DATA / slug / f"{part}.toml").open("rb") as file:
        return tomllib.load(file)
