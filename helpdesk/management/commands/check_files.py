"""`manage.py check_files`: find files that no row names, and rows whose file is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.tenancy import desk_scope
from helpdesk.files.rounds import list_desks_to_visit
from helpdesk.files.tidying import abort_uploads, claim, compare, delete_orphans, find_other_owner

MAX_NAMES = 20


class Command(BaseCommand):
    help = (
        "Compare all files with the rows that name them. Exits with 1 if files are missing from"
        " storage. A file without a row counts after a day."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete files that no row names")
        parser.add_argument(
            "--claim", action="store_true", help="say that the files belong to this SITE_URL"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        place, deletes = storages["default"], options["delete"]
        try:
            if options["claim"]:
                claim(place)
            if deletes:
                self._refuse_foreign(place)
            missing = self._check(place, at=timezone.now(), deletes=deletes)
        except OSError as error:
            raise CommandError(f"{error} Run this again.") from error
        if missing:
            sys.exit(1)

    def _refuse_foreign(self, place: Storage) -> None:
        if owner := find_other_owner(place):
            raise CommandError(
                f"The files belong to {owner}, and this is {settings.SITE_URL}. Nothing was"
                " deleted. If this installation has only got another address, add --claim."
            )

    def _check(self, place: Storage, *, at: datetime, deletes: bool) -> int:
        """Compare desk by desk, and return the number of missing files."""
        files, orphans, missing, aborted = 0, list[str](), list[str](), 0
        foreign = list[str]()
        for desk_id, is_known in list_desks_to_visit(place):
            with desk_scope(desk_id):
                found = compare(place, desk_id, at=at)
            files += found.files
            missing += found.missing
            (orphans if is_known else foreign).extend(found.orphans)
            if deletes and is_known:
                delete_orphans(place, found)
                aborted += abort_uploads(place, desk_id, at=at)
        what = "were deleted" if deletes else "have no row (delete them with --delete)"
        self.stdout.write(f"{files} files, of which {len(orphans)} {what}.")
        self._list(orphans)
        self._list_foreign(foreign)
        if aborted:
            self.stdout.write(f"{aborted} unfinished uploads were removed.")
        style = self.style.ERROR if missing else self.style.SUCCESS
        self.stdout.write(f"{len(missing)} files are missing from storage.", style)
        self._list(missing)
        return len(missing)

    def _list_foreign(self, names: list[str]) -> None:
        if names:
            self.stdout.write(f"{len(names)} more are of no desk of this database, and stay.")
            self._list(names)

    def _list(self, names: Iterable[str]) -> None:
        for name in list(names)[:MAX_NAMES]:
            self.stdout.write(f"  {name}")
