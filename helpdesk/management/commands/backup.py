"""`manage.py backup`: write the whole installation to a folder or a tar stream."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.backup.errors import BackupError
from helpdesk.backup.layout import Manifest
from helpdesk.backup.making import make_backup
from helpdesk.backup.targets import FolderTarget, TarTarget


class Command(BaseCommand):
    help = (
        "Back up database and files while Plumbline is running. The backup contains secrets:"
        " protect it. SECRET_KEY is not in it: keep it elsewhere."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", metavar="TARGET", help="a new folder, or - for a tar stream")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = _write(options["target"])
        except BackupError as error:
            raise CommandError(f"{error} The backup is incomplete.") from error
        except OSError as error:
            reason = error.strerror or error
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


def _write(name: str) -> Manifest:
    if name != "-":
        return make_backup(FolderTarget(Path(name)))
    if sys.stdout.isatty():
        raise BackupError("Send the tar stream to a file or a program, not to a terminal.")
    target = TarTarget(sys.stdout.buffer)
    manifest = make_backup(target)
    target.close()
    sys.stdout.buffer.flush()
    return manifest
