"""`manage.py suspend_desk`: nobody sees its pages, and mail to it is kept unread."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.desks.finding import find_desk_or_refuse
from helpdesk.desks.suspension import suspend_desk


class Command(BaseCommand):
    help = "Suspend a desk: its pages answer 503, mail to it is kept and read later."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = find_desk_or_refuse(options["desk"])
        changed = suspend_desk(desk=desk)
        self.stdout.write(f"{desk.name} {'is suspended.' if changed else 'was suspended already.'}")
