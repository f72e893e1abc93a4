"""`manage.py fill_demo`: the two demo desks, and DATA_DIR/demo.json, which says how to get in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from helpdesk.demo.facts import describe, write_facts
from helpdesk.demo.filling import fill


class Command(BaseCommand):
    help = "Fill the demo desks if they are not there, and write DATA_DIR/demo.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="Fill even in production, with logins that everybody knows."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == "production" and not options["force"]:
            raise CommandError(
                "The demo's logins have a public password, so this is refused in production; see --force."
            )
        fill(now=timezone.now())
        facts = write_facts()
        if options["verbosity"]:
            self.stdout.write(describe(facts))
