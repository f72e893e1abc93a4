"""`manage.py erase_person`: a person out of all stores and files of a desk (GDPR)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from helpdesk.desks.finding import find_contact_or_refuse, find_desk_or_refuse
from helpdesk.privacy.erasure import erase_person
from tickets.errors import NotAllowedError


class Command(BaseCommand):
    help = "Erase a person from a desk: words, files, mails and login. It cannot be taken back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument(
            "email",
            help="The person's address, or the number of their row (contact N in the audit).",
        )
        parser.add_argument("--yes", action="store_true", help="Do it; without it nothing is done.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = find_desk_or_refuse(options["desk"])
        contact = find_contact_or_refuse(desk, options["email"])
        if not options["yes"]:
            raise CommandError("Nothing was erased. It cannot be taken back: say --yes to do it.")
        try:
            went = erase_person(desk=desk, contact=contact, by=None, at=timezone.now())
        except NotAllowedError as refused:
            raise CommandError(str(refused)) from refused
        told = ", ".join(f"{count} {kind}" for kind, count in went.items() if count)
        self.stdout.write(f"Contact {contact.pk} is erased: {told}.")
