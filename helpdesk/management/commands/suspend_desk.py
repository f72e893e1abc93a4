"""`manage.py suspend_desk`: take a desk offline and hold its email."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.desks.lookup import get_desk
from helpdesk.desks.suspension import suspend_desk


class Command(BaseCommand):
    help = "Suspend a desk: its pages return 503, and its email is held until it resumes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        changed = suspend_desk(desk=desk)
        self.stdout.write(
            f"{desk.name} is suspended." if changed else f"{desk.name} was already suspended."
        )
