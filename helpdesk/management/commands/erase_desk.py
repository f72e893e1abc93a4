"""`manage.py erase_desk`: delete a desk with all its rows and files."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from helpdesk.desks.erasure import erase_desk
from helpdesk.desks.lookup import get_desk


class Command(BaseCommand):
    help = (
        "Erase a desk with all its rows, files and users. This cannot be undone; "
        "consider export_desk first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument(
            "--yes-erase", default="", metavar="SLUG", help="Repeat the slug to confirm."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        if options["yes_erase"] != desk.slug:
            raise CommandError(
                f"Nothing was erased. Erasing cannot be undone: "
                f"add --yes-erase {desk.slug} to confirm."
            )
        stub = erase_desk(desk=desk, by=f"manage.py by {getpass.getuser()}", at=timezone.now())
        counts = ", ".join(f"{count} {kind}" for kind, count in stub.counts.items() if count)
        self.stdout.write(f"Erased {desk.slug}: {counts}.")
