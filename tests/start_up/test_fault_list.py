"""docs/faults.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LIST = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
FILE = re.compile(r"\btests/[\w/]+\.py\b")
TEST = re.compile(r"::(test_\w+)")


def test_every_file_of_the_list_exists() -> None:
    files = set(FILE.findall(LIST))
    assert len(files) > 50
    assert [name for name in sorted(files) if not (ROOT / name).is_file()] == []


def test_every_test_of_the_list_exists() -> None:
    named = set(TEST.findall(LIST))
    sources = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    written = set(re.findall(r"def (test_\w+)", sources))
    assert len(named) > 100
    assert sorted(named - written) == []


def test_every_row_names_what_holds_it() -> None:
    rows = [line for line in LIST.splitlines() if line.startswith("| ") and "---" not in line]
    bare = [row for row in rows if not row.startswith("| Kind") and not FILE.search(row)]
    assert bare == []
