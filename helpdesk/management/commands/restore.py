"""`manage.py restore`: restore a backup of the whole installation, all of it or nothing."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.backup.errors import BackupError
from helpdesk.backup.restoring import restore_backup
from helpdesk.files.errors import BucketError


class Command(BaseCommand):
    help = "Restore a backup into an empty database and the storage. Checks all of it first."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source",
            metavar="SOURCE",
            help="the folder, a tar file, - for a tar stream, or s3://bucket/path/archive.tar",
        )
        parser.add_argument(
            "--replace",
            default="",
            metavar="DATABASE",
            help="delete all that is in this database, which DATABASE_URL names, too",
        )
        parser.add_argument(
            "--accept-other-key",
            action="store_true",
            help="restore although SECRET_KEY differs: desks must enter their stored secrets again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore_backup(
                options["source"],
                sys.stdin.buffer,
                replace=options["replace"],
                accept_other_key=options["accept_other_key"],
            )
        except (BackupError, BucketError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Cannot read the backup or write the files: {error}.") from error
        self.stdout.write(
            f"Restored {manifest.count_rows()} rows and {manifest.files} files of"
            f" {manifest.made_at}.",
            self.style.SUCCESS,
        )
        self.stdout.write("Now run manage.py migrate and collectstatic, then start Plumbline.")
