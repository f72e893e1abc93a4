"""Export a desk as one archive: all of its rows and files, nothing of another desk."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope, system_scope
from channels_intake.models import InboundMessage
from helpdesk.desks.export import export_desk
from helpdesk.desks.tables import list_desk_models
from tests.cast import NOON, PASSWORD, Cast
from tests.privacy.conftest import Planted
from tickets.models import Attachment


def run_export(cast: Cast) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    target = io.BytesIO()
    manifest = export_desk(desk=cast.desk, to=target, at=NOON)
    return zipfile.ZipFile(target), manifest


def read_rows(archive: zipfile.ZipFile, label: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"rows/{label}.jsonl").splitlines()]


def test_the_archive_has_every_row_of_every_table(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        expected = {model._meta.label: model._base_manager.count() for model in list_desk_models()}
    archive, _ = run_export(planted.cast)
    assert {label: len(read_rows(archive, label)) for label in expected} == expected
    filled = {label for label, count in expected.items() if count}
    assert {
        "tickets.Ticket",
        "tickets.Message",
        "sla.Clock",
        "channels_intake.InboundMessage",
    } <= filled


def test_the_manifest_counts_and_hashes_each_part(planted: Planted) -> None:
    archive, returned = run_export(planted.cast)
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["desk"] == "rocket"
    assert manifest["schema"]["accounts"] >= "0001"
    assert manifest["rows"] == returned["rows"] > 0
    assert set(manifest["parts"]) == set(archive.namelist()) - {"manifest.json"}
    for name, part in manifest["parts"].items():
        content = archive.read(name)
        assert (part["bytes"], part["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )


def test_files_and_raw_emails_are_exported_byte_by_byte(planted: Planted) -> None:
    archive, manifest = run_export(planted.cast)
    with desk_scope(planted.cast.desk):
        stored = [
            name for a in Attachment.objects.all() for name in (a.file.name, a.preview.name) if name
        ]
        raw = {m.pk: bytes(m.raw) for m in InboundMessage.objects.all()}
    assert len(stored) == 3 == manifest["files"]
    for name in stored:
        assert archive.read(f"files/{name}") == default_storage.open(name).read()
    exported = read_rows(archive, "channels_intake.InboundMessage")
    mails = {row["id"]: base64.b64decode(row["raw"]["base64"]) for row in exported}
    assert mails == raw


def test_the_manifest_names_missing_files(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        lost = Attachment.objects.filter(preview="").get().file.name
    default_storage.delete(lost)
    _, manifest = run_export(planted.cast)
    assert manifest["missing"] == [f"files/{lost}"]


def test_the_archive_has_nothing_of_another_desk_and_no_password(
    planted: Planted, matter: Cast
) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket(text="A word of the second desk: quokkawort")
    archive, _ = run_export(planted.cast)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    with system_scope("test"):
        hashes = [planted.cast.analyst.user.password.encode(), planted.user.password.encode()]
    for foreign in (
        b"quokkawort",
        b"globex.example",
        b"matter.example",
        PASSWORD.encode(),
        *hashes,
    ):
        assert foreign not in everything
    logins = {row["email"] for row in read_rows(archive, "accounts.User")}
    assert planted.user.email in logins
    assert matter.analyst.user.email not in logins


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_a_private_file_once_and_audits_it(rocket: Cast, tmp_path: Path) -> None:
    target = tmp_path / "rocket.zip"
    call_command("export_desk", "rocket", "--to", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert zipfile.ZipFile(target).testzip() is None
    with pytest.raises(CommandError, match="already exists"):
        call_command("export_desk", "rocket", "--to", str(target))
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("export_desk", "rocket", "--to", str(tmp_path / "nowhere" / "x.zip"))
    with pytest.raises(CommandError, match="There is no desk “pluto”"):
        call_command("export_desk", "pluto", "--to", str(tmp_path / "x.zip"))
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get().action == "desk_exported"
    assert [path.name for path in tmp_path.iterdir()] == ["rocket.zip"]
