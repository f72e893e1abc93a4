"""`manage.py export_desk`: export all rows and files of a desk as one archive."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from helpdesk.desks.archive_file import describe_archive, write_archive
from helpdesk.desks.export import export_desk
from helpdesk.desks.lookup import get_desk


class Command(BaseCommand):
    help = (
        "Export all rows and files of a desk to a new zip file. "
        "It contains secrets: protect it like the database. "
        "With --neutral, export people, tickets and files in the format that can be imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("--to", required=True, metavar="FILE.zip", help="File to create.")
        parser.add_argument(
            "--neutral", action="store_true", help="Write the format of docs/exchange.md."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        manifest = write_archive(
            options["to"],
            lambda file: export_desk(
                desk=desk, to=file, at=timezone.now(), is_neutral=options["neutral"]
            ),
        )
        self.stdout.write(describe_archive(manifest, options["to"]))
