"""A file system with hardly any room, for tests of what happens when a disk is full.

It is a real one, in memory, which only root can mount. Elsewhere the tests that need it are
skipped.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A mounted file system of 4 MiB."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, *, spare: int = 0) -> None:
        """Fill the disk. spare: bytes that are left."""
        with (self.folder / "filling").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            if spare:
                file.truncate(max(0, file.tell() - spare))

    def free(self) -> None:
        (self.folder / "filling").unlink(missing_ok=True)

    def make_read_only(self) -> None:
        """Let the file system refuse all writes, as one with errors does."""
        _run("mount", "-o", "remount,ro", str(self.folder))


@contextmanager
def mount_small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mount a file system of 4 MiB on a folder."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() != 0 or not _run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)):
        pytest.skip("A small disk cannot be mounted: only root can, and not in every container.")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
