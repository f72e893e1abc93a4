"""`manage.py export_person`: what a desk keeps of a person, as one archive (GDPR)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from helpdesk.desks.finding import find_contact_or_refuse, find_desk_or_refuse
from helpdesk.desks.writing import describe, write_archive
from helpdesk.privacy.export import export_person


class Command(BaseCommand):
    help = "Write what a desk keeps of a person into a new zip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("email", help="The person's address.")
        parser.add_argument("--to", required=True, metavar="FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = find_desk_or_refuse(options["desk"])
        contact = find_contact_or_refuse(desk, options["email"])
        manifest = write_archive(
            options["to"],
            lambda file: export_person(desk=desk, contact=contact, to=file, at=timezone.now()),
        )
        self.stdout.write(describe(manifest, options["to"]))
