"""`manage.py export_person`: export what a desk stores about a person as one archive (GDPR)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from helpdesk.desks.archive_file import describe_archive, write_archive
from helpdesk.desks.lookup import get_contact, get_desk
from helpdesk.privacy.export import export_person


class Command(BaseCommand):
    help = "Export everything a desk stores about a person to a new zip file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("email", help="The person's email address.")
        parser.add_argument("--to", required=True, metavar="FILE.zip", help="File to create.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        contact = get_contact(desk, options["email"])
        manifest = write_archive(
            options["to"],
            lambda file: export_person(desk=desk, contact=contact, to=file, at=timezone.now()),
        )
        self.stdout.write(describe_archive(manifest, options["to"]))
