"""`manage.py erase_person`: erase a person from a desk (GDPR)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from helpdesk.desks.lookup import get_contact, get_desk
from helpdesk.privacy.erasure import erase_person
from tickets.errors import NotAllowedError


class Command(BaseCommand):
    help = "Erase a person from a desk: messages, files, emails and user. This cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument(
            "email",
            help="The person's email address, or the contact's number from the audit log.",
        )
        parser.add_argument("--yes", action="store_true", help="Confirm the erasure.")

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        contact = get_contact(desk, options["email"])
        if not options["yes"]:
            raise CommandError(
                "Nothing was erased. Erasing cannot be undone: add --yes to confirm."
            )
        try:
            erased = erase_person(desk=desk, contact=contact, by=None, at=timezone.now())
        except NotAllowedError as error:
            raise CommandError(str(error)) from error
        counts = ", ".join(f"{count} {kind}" for kind, count in erased.items() if count)
        self.stdout.write(f"Erased contact {contact.pk}: {counts}.")
