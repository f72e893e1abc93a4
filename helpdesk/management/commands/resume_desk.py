"""`manage.py resume_desk`: resume a suspended desk and process its stored email."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from helpdesk.desks.lookup import get_desk
from helpdesk.desks.suspension import resume_desk


class Command(BaseCommand):
    help = "Resume a suspended desk and process the email that arrived in the meantime."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        changed = resume_desk(desk=desk, at=timezone.now())
        self.stdout.write(
            f"{desk.name} is online again." if changed else f"{desk.name} was not suspended."
        )
