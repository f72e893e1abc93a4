"""A desk as one archive: all of its rows and files, none of another's."""

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
from helpdesk.desks.tables import desk_models
from tests.cast import NOON, PASSWORD, Cast
from tests.privacy.conftest import Planted
from tickets.models import Attachment


def export(cast: Cast) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    target = io.BytesIO()
    manifest = export_desk(desk=cast.desk, to=target, at=NOON)
    return zipfile.ZipFile(target), manifest


def rows(archive: zipfile.ZipFile, label: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"rows/{label}.jsonl").splitlines()]


def test_every_table_of_the_desk_is_in_it_with_all_rows(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        expected = {model._meta.label: model._base_manager.count() for model in desk_models()}
    archive, _ = export(planted.cast)
    assert {label: len(rows(archive, label)) for label in expected} == expected
    filled = {label for label, count in expected.items() if count}
    assert {
        "tickets.Ticket",
        "tickets.Message",
        "sla.Clock",
        "channels_intake.InboundMessage",
    } <= filled


def test_the_manifest_counts_and_hashes_each_part(planted: Planted) -> None:
    archive, told = export(planted.cast)
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["desk"] == "rocket"
    assert manifest["schema"]["accounts"] >= "0004"
    assert manifest["rows"] == told["rows"] > 0
    assert set(manifest["parts"]) == set(archive.namelist()) - {"manifest.json"}
    for name, part in manifest["parts"].items():
        content = archive.read(name)
        assert (part["bytes"], part["sha256"]) == (
            len(content),
            hashlib.sha256(content).hexdigest(),
        )


def test_files_and_raw_mails_come_byte_by_byte(planted: Planted) -> None:
    archive, manifest = export(planted.cast)
    with desk_scope(planted.cast.desk):
        stored = [
            name for a in Attachment.objects.all() for name in (a.file.name, a.preview.name) if name
        ]
        raw = {m.pk: bytes(m.raw) for m in InboundMessage.objects.all()}
    assert len(stored) == 3 == manifest["files"]
    for name in stored:
        assert archive.read(f"files/{name}") == default_storage.open(name).read()
    stored = rows(archive, "channels_intake.InboundMessage")
    mails = {row["id"]: base64.b64decode(row["raw"]["base64"]) for row in stored}
    assert mails == raw


def test_a_missing_file_is_named_not_hidden(planted: Planted) -> None:
    with desk_scope(planted.cast.desk):
        lost = Attachment.objects.filter(preview="").get().file.name
    default_storage.delete(lost)
    _, manifest = export(planted.cast)
    assert manifest["missing"] == [f"files/{lost}"]


def test_nothing_of_another_desk_and_no_password_is_in_it(planted: Planted, matter: Cast) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket(text="A word of the second desk: quokkawort")
    archive, _ = export(planted.cast)
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
    logins = {row["email"] for row in rows(archive, "accounts.User")}
    assert planted.user.email in logins
    assert matter.analyst.user.email not in logins


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_a_private_file_once_and_an_audit_row(
    rocket: Cast, tmp_path: Path
) -> None:
    target = tmp_path / "rocket.zip"
    call_command("export_desk", "rocket", "--to", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert zipfile.ZipFile(target).testzip() is None
    with pytest.raises(CommandError, match="there already"):
        call_command("export_desk", "rocket", "--to", str(target))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_desk", "rocket", "--to", str(tmp_path / "nowhere" / "x.zip"))
    with pytest.raises(CommandError, match="No desk is called"):
        call_command("export_desk", "pluto", "--to", str(tmp_path / "x.zip"))
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get().action == "desk_exported"
    assert [path.name for path in tmp_path.iterdir()] == ["rocket.zip"]
