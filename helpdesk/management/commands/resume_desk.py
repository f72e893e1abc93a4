"""`manage.py resume_desk`: and the mail that was kept is read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from helpdesk.desks.finding import find_desk_or_refuse
from helpdesk.desks.suspension import resume_desk


class Command(BaseCommand):
    help = "Take a suspended desk up again; the mail that was kept is read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = find_desk_or_refuse(options["desk"])
        changed = resume_desk(desk=desk, at=timezone.now())
        self.stdout.write(
            f"{desk.name} {'is taken up again.' if changed else 'was not suspended.'}"
        )
