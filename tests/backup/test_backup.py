"""`manage.py backup` and `restore`: all comes back as it was, or nothing changes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.models import Desk
from accounts.tenancy import system_scope
from helpdesk.backup import tools
from helpdesk.backup.snapshot import open_snapshot, sum_tables
from helpdesk.doctor.database import connect
from tests.backup.conftest import LOGO

pytestmark = pytest.mark.django_db(transaction=True)


def read_state() -> tuple[dict[str, str], str]:
    """Return the checksums of all tables, and the definitions and rights of everything."""
    with open_snapshot() as direct:
        sums, version = sum_tables(direct), direct.info.server_version // 10_000
    program: list[Any] = [tools.find_tools(version) / "pg_dump", "--schema-only"]
    done = subprocess.run(
        program, env=tools.build_environment(), capture_output=True, text=True, check=True
    )
    lines = [_cut(line) for line in done.stdout.splitlines() if not line.startswith("\\")]
    return sums, "\n".join(sorted(lines))


def _cut(line: str) -> str:
    """Cut off conditions that PostgreSQL words in another way after reading its own words."""
    return line.partition("(")[0] if "ARRAY[" in line or line.startswith("CREATE TRIG") else line


def back_up(folder: Path) -> str:
    call_command("backup", str(folder), stderr=io.StringIO())
    return str(folder)


def restore(source: str, **options: Any) -> None:
    call_command("restore", source, stdout=io.StringIO(), **options)


def test_everything_comes_back_from_a_tar_stream(
    logo: str, other: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    before = read_state()
    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=stream, isatty=lambda: False))
    call_command("backup", "-", stderr=io.StringIO())
    monkeypatch.undo()
    assert settings.SECRET_KEY.encode() not in stream.getvalue()
    other()
    for cut in (len(stream.getvalue()) // 2, 100_000):
        monkeypatch.setattr(
            sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stream.getvalue()[:cut]))
        )
        with pytest.raises(CommandError, match="incomplete"):
            restore("-")
        assert not default_storage.exists(logo)
    stream.seek(0)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
    restore("-")
    assert read_state() == before
    with default_storage.open(logo) as stored:
        assert stored.read() == LOGO
    assert sum(int(each.split()[0]) for each in before[0].values()) > 100
    assert not list(Path(settings.DATA_DIR).glob("restore-*"))


def test_a_database_in_use_is_replaced_only_when_it_is_named(
    logo: str, tmp_path: Path, settings: Settings
) -> None:
    source, before = back_up(tmp_path / "backup"), read_state()
    with system_scope("test"):
        Desk.objects.update(name="Changed")
    name = str(connection.settings_dict["NAME"])
    with pytest.raises(CommandError, match=f"not empty.*--replace {name}"):
        restore(source)
    with pytest.raises(CommandError, match=f"{name}, not plumbline_elsewhere"):
        restore(source, replace="plumbline_elsewhere")
    settings.SECRET_KEY, key = "another-key-" + "x" * 50, settings.SECRET_KEY
    with pytest.raises(CommandError, match="SECRET_KEY is another one"):
        restore(source, replace=name)
    settings.SECRET_KEY = key
    assert read_state() != before
    connection.close()
    restore(source, replace=name)
    assert read_state() == before


def test_a_backup_that_was_changed_changes_nothing(logo: str, other: Any, tmp_path: Path) -> None:
    folder = Path(back_up(tmp_path / "backup"))
    manifest = json.loads((folder / "manifest.json").read_text())
    rows = manifest["tables"] | {"accounts_desk": "3 0"}
    newer = [*manifest["migrations"], "tickets.9999_from_the_future"]
    changes: list[tuple[str, bytes, str]] = [
        (f"files/{logo}", b"another", "1 files in the backup are missing, changed"),
        ("files/unlisted", b"more", "not listed"),
        ("files.sha256", b"", "files.sha256 in the backup was changed"),
        ("database/000001", b"PGDMP", "database in the backup was changed"),
        ("notes.txt", b"", "which no backup has"),
        ("manifest.json", b"{}", "manifest of this backup is damaged"),
        ("manifest.json", edit(manifest, format=2), "Another version of Plumbline"),
        ("manifest.json", edit(manifest, login="someone"), "belong to the role someone"),
        ("manifest.json", edit(manifest, migrations=newer), "tickets.9999_from_the_future"),
        ("manifest.json", edit(manifest, tables=rows), "accounts_desk has other rows"),
    ]
    other()
    for name, content, message in changes:
        path = folder / name
        kept = path.read_bytes() if path.exists() else None
        path.write_bytes(content)
        with pytest.raises(CommandError, match=message):
            restore(str(folder))
        path.unlink() if kept is None else path.write_bytes(kept)
        assert not default_storage.exists(logo), name
    (folder / "manifest.json").unlink()
    with pytest.raises(CommandError, match=r"no manifest\.json"):
        restore(str(folder))
    with connect() as direct:
        found = direct.execute("SELECT relname FROM pg_class WHERE relname = 'accounts_desk'")
        assert found.fetchone() is None


def test_names_that_lead_elsewhere_are_refused(other: Any, tmp_path: Path) -> None:
    other()
    for name in ("../outside", "files/../../outside", "/tmp/outside", "files/a\\b", "files/"):
        archive = tmp_path / "hostile.tar"
        with tarfile.open(archive, "w") as tar:
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
        with pytest.raises(CommandError, match="which no backup has"):
            restore(str(archive))
    link = tarfile.TarInfo("files/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(archive, "w") as tar:
        tar.addfile(link)
    with pytest.raises(CommandError, match="is no file"):
        restore(str(archive))


def test_what_is_missing_is_said(logo: str, tmp_path: Path, monkeypatch: Any) -> None:
    default_storage.delete(logo)
    said = io.StringIO()
    call_command("backup", str(tmp_path / "backup"), stderr=said)
    assert f"1 files are missing from storage, first {logo}" in said.getvalue()
    with pytest.raises(CommandError, match=r"is not empty\. Name a new folder"):
        back_up(tmp_path / "backup")
    monkeypatch.setattr(tools, "_list_folders", lambda: iter([tmp_path]))
    with pytest.raises(CommandError, match=r"found: none.*POSTGRESQL_BIN"):
        back_up(tmp_path / "second")


def edit(manifest: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps(manifest | changes).encode()
