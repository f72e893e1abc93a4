"""`manage.py fill_demo`: the two demo desks, and DATA_DIR/demo.json, which says how to get in."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from helpdesk.demo.facts import describe, write_facts
from helpdesk.demo.filling import fill, missing_desks, open_logins
from helpdesk.demo.reading import SLUGS


class Command(BaseCommand):
    help = "Fill the demo desks if they are not there, and write DATA_DIR/demo.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="Fill even in production, with logins that everybody knows.",
        )
        parser.add_argument("--desk", choices=SLUGS, help="Fill this desk only.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == "production" and not options["force"]:
            raise CommandError(
                "The demo's logins have a public password, so this is refused in production; see --force."
            )
        if options["desk"]:
            fill(now=timezone.now(), slugs=[options["desk"]])
            return
        open_logins()
        if not connection.in_atomic_block and (os.cpu_count() or 1) > 1:
            fill_side_by_side(missing_desks(), force=options["force"])
        fill(now=timezone.now())
        facts = write_facts()
        if options["verbosity"]:
            self.stdout.write(describe(facts))


def fill_side_by_side(slugs: list[str], *, force: bool) -> None:
    """Fill all desks but the first in processes of their own, and the first here: half the time on two cores."""
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "fill_demo",
        *(["--force"] if force else []),
        "--skip-checks",
    ]
    others = [subprocess.Popen([*command, "--desk", slug]) for slug in slugs[1:]]  # noqa: S603 (our own words)
    fill(now=timezone.now(), slugs=slugs[:1])
    for other in others:
        if other.wait():
            raise CommandError("A demo desk could not be filled; see above.")
