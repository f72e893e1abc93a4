"""docs/faults.md names tests that exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LIST = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
NAMED = re.compile(r"\btests/[\w/]+\.py\b|::test_\w+")
FILE = re.compile(r"\btests/[\w/]+\.py\b")


def list_named() -> list[tuple[str, str]]:
    """Return all tests of the list with their files. "::test_x" belongs to the file before it."""
    named, file = [], ""
    for found in NAMED.findall(LIST):
        if found.startswith("::"):
            named.append((file, found.removeprefix("::")))
        else:
            file = found
    return named


@cache
def list_written(file: str) -> set[str]:
    return set(re.findall(r"def (test_\w+)", (ROOT / file).read_text(encoding="utf-8")))


def test_every_file_of_the_list_exists() -> None:
    files = set(FILE.findall(LIST))
    assert len(files) > 50
    assert [name for name in sorted(files) if not (ROOT / name).is_file()] == []


def test_every_test_of_the_list_is_in_its_file() -> None:
    named = list_named()
    assert len(named) > 300
    assert [(file, name) for file, name in named if name not in list_written(file)] == []


def test_every_row_names_what_holds_it() -> None:
    rows = [line for line in LIST.splitlines() if line.startswith("| ") and "---" not in line]
    bare = [row for row in rows if not row.startswith("| Kind") and not FILE.search(row)]
    assert bare == []
