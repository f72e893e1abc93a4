"""Files to import, and imports run to their end."""

from __future__ import annotations

import io
import json
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from tests.cast import NOON, Cast
from tickets.exchange.running import run_imports
from tickets.exchange.runs import create_run, start_run
from tickets.models import ImportProblem, ImportRun

Lines = list[dict[str, Any] | str]


def write_lines(*lines: dict[str, Any] | str) -> bytes:
    """Return records.ndjson of these records; a text is a line as it is."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return "\n".join(texts).encode()


def pack(content: bytes, **files: bytes) -> bytes:
    """Return an archive with records.ndjson and files below files/."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("records.ndjson", content)
        for name, body in files.items():
            archive.writestr(f"files/{name}", body)
    return out.getvalue()


def upload(cast: Cast, content: bytes, *, source: str = "old", at: Any = NOON) -> ImportRun:
    """Upload a file in the neutral format."""
    return create_run(
        desk=cast.desk, file=io.BytesIO(content), file_name="old.ndjson", reader="neutral",
        source=source, at=at, agent=cast.admin,
    )  # fmt: skip


def run_all(cast: Cast, run: ImportRun, *, at: Any = NOON) -> ImportRun:
    """Run slices until nothing is due, and return the run as it is then."""
    for _ in range(1_000):
        if not run_imports(desk_id=cast.desk.pk, at=at):
            break
    run.refresh_from_db()
    return run


def import_lines(
    cast: Cast, *lines: dict[str, Any] | str, at: Any = NOON, mapping: Any = None, **files: bytes
) -> ImportRun:
    """Upload these records, with files below files/ if there are any, and import them."""
    content = write_lines(*lines)
    run = run_all(cast, upload(cast, pack(content, **files) if files else content, at=at), at=at)
    start_run(run, mapping or {}, by=cast.admin, at=at)
    run = run_all(cast, run, at=at)
    assert run.state == "done", run.error
    return run


def list_problems(run: ImportRun) -> list[tuple[str, str, str]]:
    """Return kind, source ID and code of each problem."""
    found = ImportProblem.objects.filter(run=run).order_by("pk")
    return list(found.values_list("kind", "source_id", "code"))
