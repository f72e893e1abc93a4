"""Files and folders that documentation and comments name exist."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOP = "accounts|bench|channels_intake|deploy|docs|helpdesk|routing|sla|templates|tests|tickets"
PATH = re.compile(rf"(?<![\w/.-])((?:{TOP})/[\w./-]*\w)")
FILE = re.compile(r"\.(py|md|html|css|js|txt)$")
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
ANYWHERE = "`admin.py` or `admin/` beside the models"
EXAMPLES = {"docs/notice.html"}  # a static file that a test makes up
TEXTS = {".css", ".html", ".js", ".md", ".py"}


def list_texts() -> list[Path]:
    """Return the project's own texts, but not migrations, which stay as they were."""
    folders = [ROOT / name for name in TOP.split("|")]
    found = [path for folder in folders for path in folder.rglob("*")] + list_pages()
    return [path for path in found if path.suffix in TEXTS and "migrations" not in path.parts]


def list_pages() -> list[Path]:
    return [path for folder in (".", "docs", "deploy") for path in (ROOT / folder).glob("*.md")]


def list_rows() -> list[str]:
    """Return the rows of "Where to change what"."""
    table = README.partition("### Where to change what")[2].partition("\n## ")[0]
    return [line for line in table.splitlines() if line.startswith("| ")][2:]


def find_missing(row: str) -> list[str]:
    """Return what a row names and doesn't exist.

    A file without a folder belongs to one that the row names before or after it.
    """
    names = CODE.findall(row.partition(" | ")[2])
    paths = [ROOT / name for name in names if "/" in name]
    folders = [path if path.is_dir() else path.parent for path in paths]
    bare = [name for name in names if FILE.search(name) and "/" not in name]
    missing = [name for name in bare if not any((folder / name).is_file() for folder in folders)]
    return missing + [str(path.relative_to(ROOT)) for path in paths if not path.exists()]


def test_a_missing_file_is_found() -> None:
    row = "| rules | `tickets/rules/`: `coverage.py`, `nothing.py`, `tickets/nowhere/` |"
    assert find_missing(row) == ["nothing.py", "tickets/nowhere"]


def test_each_row_of_the_readme_leads_to_what_it_names() -> None:
    rows = list_rows()
    assert len(rows) > 100
    missing = {row: find_missing(row) for row in rows if ANYWHERE not in row}
    assert {row: names for row, names in missing.items() if names} == {}


def test_files_named_in_comments_and_documents_exist() -> None:
    texts = list_texts()
    assert len(texts) > 1000
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in texts
        for name in PATH.findall(path.read_text(encoding="utf-8"))
        if FILE.search(name) and name not in EXAMPLES and not (ROOT / name).exists()
    ]
    assert missing == []


def test_links_between_documents_lead_somewhere() -> None:
    links = [(page, link) for page in list_pages() for link in LINK.findall(page.read_text())]
    assert len(links) > 20
    assert [link for page, link in links if not (page.parent / link).exists()] == []
