"""`manage.py move_files`: move files from disk to a bucket, back, or to another bucket."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from helpdesk.files.moving import Moved, MoveError, move_files
from helpdesk.files.places import TwoPlaces

EVERY = 1000  # files


class Command(BaseCommand):
    help = (
        "Move files from MEDIA_FALLBACK to where files are stored now, while Plumbline is running."
        " Can be stopped and run again."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        places = storages["default"]
        if not isinstance(places, TwoPlaces):
            raise CommandError(
                "MEDIA_FALLBACK is missing. Set it to where the files are now (disk, or the name"
                " of a bucket), and MEDIA_BUCKET to where they should be. Then restart all"
                " processes and run this again."
            )
        try:
            moved = move_files(places, self.report)
        except (MoveError, OSError) as error:
            raise CommandError(f"{error} Run this again to go on.") from error
        self.stdout.write(self.describe(moved), self.style.SUCCESS)
        if moved.differing:
            raise CommandError(
                f"{len(moved.differing)} files have other content in each place and were left:"
                f" {', '.join(moved.differing[:5])}. Delete the wrong ones and run this again."
            )
        self.stdout.write("Now remove MEDIA_FALLBACK and restart all processes.")

    reported = 0

    def report(self, moved: Moved) -> None:
        """Print a line every now and then."""
        if moved.files - self.reported >= EVERY:
            self.reported = moved.files
            self.stdout.write(self.describe(moved))

    def describe(self, moved: Moved) -> str:
        size = filesizeformat(moved.size).replace("\xa0", " ")
        text = f"Moved {moved.files} files ({size})."
        return f"{text} {moved.erased} were erased meanwhile." if moved.erased else text
