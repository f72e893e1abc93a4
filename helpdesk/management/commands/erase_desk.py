"""`manage.py erase_desk`: a desk with all its rows and files, for good."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from helpdesk.desks.erasure import erase_desk
from helpdesk.desks.finding import find_desk_or_refuse


class Command(BaseCommand):
    help = "Erase a desk with all its rows, files and logins. It cannot be taken back; see export_desk."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("--yes-erase", default="", metavar="SLUG", help="The slug again.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = find_desk_or_refuse(options["desk"])
        if options["yes_erase"] != desk.slug:
            raise CommandError(
                f"Nothing was erased. It cannot be taken back: say --yes-erase {desk.slug} to do it."
            )
        stub = erase_desk(desk=desk, by=f"manage.py by {getpass.getuser()}", at=timezone.now())
        told = ", ".join(f"{count} {kind}" for kind, count in stub.counts.items() if count)
        self.stdout.write(f"{desk.slug} is erased: {told}.")
