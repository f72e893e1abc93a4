"""`manage.py backup`: write the whole installation to a folder, a tar stream or a bucket."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.backup.bucket import is_bucket_url, upload
from helpdesk.backup.errors import BackupError
from helpdesk.backup.layout import Manifest
from helpdesk.backup.making import make_backup
from helpdesk.backup.targets import FolderTarget, TarTarget
from helpdesk.files.errors import BucketError

MEBIBYTE = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Back up database and files while Plumbline is running. The backup contains secrets:"
        " protect it. SECRET_KEY is not in it: keep it elsewhere."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target",
            metavar="TARGET",
            help="a new folder, - for a tar stream, or s3://bucket/path/archive.tar",
        )
        parser.add_argument(
            "--part-mib",
            type=int,
            choices=range(5, 5001),
            default=64,
            metavar="MIB",
            help="of memory for each of at most 10,000 parts of the upload (default: 64)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = _write(options["target"], part_bytes=options["part_mib"] * MEBIBYTE)
        except (BackupError, BucketError) as error:
            raise CommandError(f"{error} The backup is incomplete.") from error
        except OSError as error:
            reason = str(error.strerror or error).rstrip(".")
            raise CommandError(f"The backup is incomplete. Cannot write it: {reason}.") from error
        self.stderr.write(
            f"Backed up {manifest.count_rows()} rows and {manifest.files} files.",
            self.style.SUCCESS,
        )
        if missing := manifest.missing_files:
            self.stderr.write(
                f"{len(missing)} files are missing from storage, first {missing[0]}. The manifest"
                " lists them."
            )


def _write(name: str, *, part_bytes: int) -> Manifest:
    if is_bucket_url(name):
        with upload(name, part_bytes=part_bytes) as stream:
            return _write_tar(stream)
    if name != "-":
        return make_backup(FolderTarget(Path(name)))
    if sys.stdout.isatty():
        raise BackupError("Send the tar stream to a file or a program, not to a terminal.")
    manifest = _write_tar(sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return manifest


def _write_tar(stream: IO[bytes]) -> Manifest:
    target = TarTarget(stream)
    manifest = make_backup(target)
    target.close()
    return manifest
