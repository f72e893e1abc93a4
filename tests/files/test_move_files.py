"""`manage.py move_files`: disk to bucket and back while people read, write and erase files."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage, storages
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from helpdesk.doctor.database import connect
from helpdesk.files import moving
from tests.bucket import BucketServer

NAMES = [f"{desk}/{folder:02x}/{desk}{folder}" for desk in (1, 2) for folder in range(12)]

pytestmark = pytest.mark.django_db(transaction=True)


def content_of(name: str) -> bytes:
    return name.encode() * 10_000


@pytest.fixture
def on_disk(store_in: Callable[..., None], settings: Settings) -> Path:
    """Files of two desks on disk, and then MEDIA_BUCKET=files and MEDIA_FALLBACK=disk."""
    store_in("")
    for name in NAMES:
        assert default_storage.save(name, ContentFile(content_of(name))) == name
    default_storage.save("readme.txt", ContentFile(b"of the operator"))
    default_storage.save("backups/1.tar", ContentFile(b"of the operator"))
    store_in("files", "disk")
    return Path(settings.MEDIA_ROOT)


def move() -> str:
    said = io.StringIO()
    call_command("move_files", stdout=said)
    return said.getvalue()


def list_files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_all_is_readable_at_every_moment_and_in_the_bucket_in_the_end(
    on_disk: Path, server: BucketServer, store_in: Callable[..., None]
) -> None:
    wrong: list[Any] = []
    is_over = threading.Event()

    def read_all() -> None:
        while not is_over.is_set():
            for name in NAMES:
                try:
                    with default_storage.open(name) as stored:
                        if stored.read() != content_of(name):
                            wrong.append(name)
                    if not default_storage.exists(name):
                        wrong.append(name)
                except OSError as error:
                    wrong.append(error)

    reader = threading.Thread(target=read_all)
    reader.start()
    try:
        assert f"Moved {len(NAMES)} files (" in move()
    finally:
        is_over.set()
        reader.join()
    assert wrong == []
    assert {name: kept.content for name, kept in server.buckets["files"].items()} == {
        name: content_of(name) for name in NAMES
    }
    assert list_files(on_disk) == ["backups/1.tar", "readme.txt"]
    new = default_storage.save("1/ff/new", ContentFile(b"new"))
    assert "Moved 0 files" in move()
    # And back: the bucket's other objects stay.
    store_in("", "files")
    server.buckets["files"]["backups/2.tar"] = server.buckets["files"][new]
    assert f"Moved {len(NAMES) + 1} files" in move()
    assert list(server.buckets["files"]) == ["backups/2.tar"]
    assert list_files(on_disk) == sorted([*NAMES, new, "backups/1.tar", "readme.txt"])
    assert [(on_disk / name).read_bytes() for name in NAMES] == [*map(content_of, NAMES)]


def test_a_run_that_was_stopped_goes_on(
    on_disk: Path, server: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the copy and the deletion, and in the middle of a file."""
    copied, half = NAMES[:2]
    with open(on_disk / copied, "rb") as file:
        moving.write(storages["default"].first, copied, ContentFile(file.read()))
    write, count = moving.write, iter(range(99))

    def fail_after_some(place: Storage, name: str, content: Any) -> None:
        if next(count) > 5:
            raise OSError("The disk is full.")
        write(place, name, content)

    monkeypatch.setattr(moving, "write", fail_after_some)
    with pytest.raises(CommandError, match=r"The disk is full\. Run this again to go on"):
        move()
    monkeypatch.setattr(moving, "write", write)
    done = len(server.buckets["files"])
    assert 0 < done < len(NAMES)
    move()
    assert sorted(server.buckets["files"]) == sorted(NAMES)
    assert server.buckets["files"][half].content == content_of(half)


def test_a_file_that_is_erased_meanwhile_stays_erased(
    on_disk: Path, server: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erased after it was read, and after its copy was made."""
    early, late = NAMES[0], NAMES[1]
    write = moving.write

    def erase(place: Storage, name: str, content: Any) -> None:
        if name == early:
            default_storage.delete(name)
        write(place, name, content)
        if name == late:
            default_storage.delete(name)

    monkeypatch.setattr(moving, "write", erase)
    assert "were erased meanwhile" in move()
    assert [default_storage.exists(name) for name in (early, late)] == [False, False]
    assert sorted(server.buckets["files"]) == sorted(set(NAMES) - {early, late})


def test_what_differs_is_left_alone_and_said(
    on_disk: Path, server: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = storages["default"].first
    first.save(NAMES[0], ContentFile(b"another"))
    with pytest.raises(CommandError, match=f"1 files have other content.*: {NAMES[0]}"):
        move()
    assert (on_disk / NAMES[0]).read_bytes() == content_of(NAMES[0])
    assert server.buckets["files"][NAMES[0]].content == b"another"


def test_a_copy_that_was_damaged_on_its_way_is_not_kept(
    on_disk: Path, server: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = NAMES[0]

    def damage(place: Storage, name: str, content: Any) -> None:
        place.save(name, ContentFile(b"damaged"))

    monkeypatch.setattr(moving, "write", damage)
    with pytest.raises(CommandError, match="was not stored as it was sent"):
        move()
    assert (on_disk / damaged).read_bytes() == content_of(damaged)
    assert damaged not in server.buckets["files"]


def test_two_runs_at_once_and_a_missing_setting_are_refused(
    on_disk: Path, store_in: Callable[..., None]
) -> None:
    with connect() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [moving.LOCK])
        with pytest.raises(CommandError, match="are being moved already"):
            move()
    store_in("files")
    with pytest.raises(CommandError, match="MEDIA_FALLBACK is missing"):
        move()
