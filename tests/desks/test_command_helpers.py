"""Helpers of the desk commands: looking up desks and contacts, writing an archive."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.management import CommandError

from accounts.models import Desk
from helpdesk.desks.archive_file import describe_archive, write_archive
from helpdesk.desks.lookup import MAX_LISTED_DESKS, get_contact, get_desk
from tests.cast import Cast


def test_a_desk_is_found_by_its_slug(rocket: Cast, matter: Cast) -> None:
    assert get_desk("matter") == matter.desk


def test_an_unknown_desk_is_reported_with_the_existing_ones(db: None) -> None:
    with pytest.raises(CommandError, match=r"no desk “pluto”\. Existing desks: none\.$"):
        get_desk("pluto")
    for number in range(MAX_LISTED_DESKS + 1):
        Desk.objects.create(slug=f"desk{number:02}", name="Desk", ticket_prefix="D")
    with pytest.raises(CommandError) as error:
        get_desk("pluto")
    assert "desk00, desk01" in str(error.value)
    assert f"desk{MAX_LISTED_DESKS:02}" not in str(error.value)


def test_a_contact_is_found_by_address_or_number(rocket: Cast) -> None:
    for identifier in ("Customer@ACME.example", str(rocket.customer.pk)):
        assert get_contact(rocket.desk, identifier) == rocket.customer


def test_contacts_of_another_desk_are_not_found(rocket: Cast, matter: Cast) -> None:
    with pytest.raises(
        CommandError, match="Rocket has no contact with the address customer@globex"
    ):
        get_contact(rocket.desk, matter.customer.email)
    number = str(matter.customer.pk)
    with pytest.raises(CommandError, match=f"Rocket has no contact with the number {number}"):
        get_contact(rocket.desk, number)


def write_text(file: IO[bytes]) -> dict[str, Any]:
    file.write(b"content")
    return {"rows": 3, "files": 2, "missing": []}


def test_an_archive_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    manifest = write_archive(str(path), write_text)
    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert describe_archive(manifest, "a.zip") == "Wrote 3 rows and 2 files to a.zip."


def test_missing_files_are_mentioned() -> None:
    manifest = {"rows": 1, "files": 1, "missing": ["a", "b"]}
    assert "2 files are missing from storage" in describe_archive(manifest, "a.zip")


def test_a_failed_export_leaves_no_file(tmp_path: Path) -> None:
    def fail(file: IO[bytes]) -> dict[str, Any]:
        file.write(b"half")
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        write_archive(str(tmp_path / "archive.zip"), fail)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_reported_and_leaves_no_file(tmp_path: Path) -> None:
    def fail(file: IO[bytes]) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    with pytest.raises(CommandError, match=r"Cannot write .*: No space left on device"):
        write_archive(str(tmp_path / "archive.zip"), fail)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_text("older")
    with pytest.raises(CommandError, match="already exists and was not overwritten"):
        write_archive(str(path), write_text)
    assert path.read_text() == "older"
