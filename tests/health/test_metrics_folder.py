"""Figures are kept in a folder of this installation, and pages go on without room for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.metrics import process
from helpdesk.metrics.process import FILE_BYTES, FILES, FOLDER, get_figures, record_request
from tests.full_disk import SmallDisk


@pytest.fixture(autouse=True)
def not_begun(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    settings.METRICS_TOKEN = "a-token-of-the-tests-only"
    get_figures.cache_clear()
    yield
    get_figures.cache_clear()
    os.environ.pop(FOLDER, None)


def test_the_folder_is_in_the_one_of_systemd_or_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    folder = process._create_folder()
    assert folder.parent == tmp_path / "data" / "metrics"
    assert folder.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("RUNTIME_DIRECTORY", f"{tmp_path / 'run'}:{tmp_path / 'second'}")
    assert process._create_folder().parent == tmp_path / "run" / "metrics"


def test_folders_of_servers_that_ended_are_deleted_and_others_stay(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(process.socket, "gethostname", lambda: "web")
    own = process._create_folder()
    ended = tmp_path / "metrics" / f"web@{os.getppid()}-1"  # its number is used again
    elsewhere = [tmp_path / "metrics" / name for name in ("web-2@1-1", "other@1-1")]
    alive = tmp_path / "metrics" / f"web@{process._identify(os.getpid())}"
    for folder in (ended, *elsewhere, alive):
        folder.mkdir()
    assert process._create_folder() == own
    assert not ended.exists()
    assert all(folder.exists() for folder in (own, *elsewhere, alive))


def test_each_file_has_its_room_before_it_is_mapped(tmp_path: Path) -> None:
    """A process that touches a page of a mapped file without room is killed by SIGBUS."""
    process._reserve_room(tmp_path)
    for name in FILES:
        found = (tmp_path / name.format(pid=os.getpid())).stat()
        assert found.st_size == FILE_BYTES
        assert found.st_blocks * 512 >= FILE_BYTES


def test_on_a_full_disk_requests_are_answered_without_figures(
    settings: Any, small_disk: SmallDisk
) -> None:
    settings.DATA_DIR = small_disk.folder
    small_disk.fill()
    record_request(route="agent/", method="GET", status=200, seconds=0.1)
    assert get_figures() is None
