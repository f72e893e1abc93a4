"""`manage.py fill_demo`: create the two demo desks, and DATA_DIR/demo.json with the sign-ins."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from helpdesk.demo.facts import format_facts, write_facts
from helpdesk.demo.filling import create_demo_users, fill_desks, list_missing_desks
from helpdesk.demo.source import SLUGS


class Command(BaseCommand):
    help = "Create the demo desks that don't exist yet, and write DATA_DIR/demo.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="Run in production too, although the demo's password is public.",
        )
        parser.add_argument("--desk", choices=SLUGS, help="Create only this desk.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE == "production" and not options["force"]:
            raise CommandError(
                "The demo's password is public, so this command refuses to run in production. "
                "Use --force to run it anyway."
            )
        if options["desk"]:
            fill_desks(now=timezone.now(), slugs=[options["desk"]])
            return
        create_demo_users()
        if not connection.in_atomic_block and (os.cpu_count() or 1) > 1:
            fill_in_parallel(list_missing_desks(), force=options["force"])
        fill_desks(now=timezone.now())
        facts = write_facts()
        if options["verbosity"]:
            self.stdout.write(format_facts(facts))


def fill_in_parallel(slugs: list[str], *, force: bool) -> None:
    """Fill the first desk in this process and each other one in a process of its own.

    This halves the time on two cores.
    """
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "fill_demo",
        *(["--force"] if force else []),
        "--skip-checks",
    ]
    others = [
        subprocess.Popen([*command, "--desk", slug])  # noqa: S603 (no input from outside)
        for slug in slugs[1:]
    ]
    fill_desks(now=timezone.now(), slugs=slugs[:1])
    for other in others:
        if other.wait():
            raise CommandError("A demo desk could not be filled; see the error above.")
