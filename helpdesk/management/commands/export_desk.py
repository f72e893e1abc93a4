"""`manage.py export_desk`: all rows and files of a desk as one archive."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from helpdesk.desks.export import export_desk
from helpdesk.desks.finding import find_desk_or_refuse
from helpdesk.desks.writing import describe, write_archive


class Command(BaseCommand):
    help = "Write all rows and files of a desk into a new zip. It holds secrets: keep it like the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("--to", required=True, metavar="FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = find_desk_or_refuse(options["desk"])
        manifest = write_archive(
            options["to"], lambda file: export_desk(desk=desk, to=file, at=timezone.now())
        )
        self.stdout.write(describe(manifest, options["to"]))
