"""`manage.py create_desk`: create a desk from a preset and invite its first admin (M105)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import ACCENTS
from accounts.presets import PRESETS
from helpdesk.desks.creation import CreatedDesk, DeskCreationError, create_desk
from helpdesk.desks.invitation_email import send_invitation_or_fail


class Command(BaseCommand):
    help = "Create a desk from a preset and invite its first admin by email."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The company's name.")
        parser.add_argument(
            "--slug", required=True, help="First part of the desk's address: /SLUG/."
        )
        parser.add_argument(
            "--admin", required=True, metavar="EMAIL", help="Email address of the first admin."
        )
        parser.add_argument("--preset", default="three-priorities", choices=sorted(PRESETS))
        parser.add_argument(
            "--prefix", default="", help="Letters before ticket numbers (default: from the slug)."
        )
        parser.add_argument("--domain", default="", help="A custom host name for the desk.")
        parser.add_argument(
            "--mailbox",
            action="append",
            default=[],
            metavar="EMAIL",
            help="Support address. Repeat for more; the first one is the default.",
        )
        parser.add_argument("--language", default="en")
        parser.add_argument("--time-zone", default="UTC")
        parser.add_argument("--accent", default="indigo", choices=ACCENTS, help="Accent color.")
        parser.add_argument(
            "--show-link", action="store_true", help="Print the invitation link, which is a secret."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            created = _create(options)
        except DeskCreationError as error:
            raise CommandError(f"{error.field}: {error}") from error
        desk = created.desk
        self.stdout.write(f"Created {desk.name} at /{desk.slug}/.")
        if desk.domain and desk.domain not in settings.ALLOWED_HOSTS:
            self.stdout.write(
                f"Add {desk.domain} to ALLOWED_HOSTS; until then its pages return 400."
            )
        send_invitation_or_fail(
            self, created.invitation, created.token, show_link=options["show_link"]
        )


def _create(options: dict[str, Any]) -> CreatedDesk:
    letters = "".join(filter(str.isalpha, options["slug"]))
    return create_desk(
        name=options["name"],
        slug=options["slug"],
        domain=options["domain"],
        prefix=options["prefix"] or letters[:2],
        language=options["language"],
        time_zone=options["time_zone"],
        accent=options["accent"],
        preset=options["preset"],
        mailbox_addresses=options["mailbox"],
        admin_email=options["admin"],
        at=timezone.now(),
    )
