"""`manage.py create_desk`: a new desk from a preset, and the invitation of its first admin (M105)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import ACCENTS
from accounts.presets import PRESETS
from helpdesk.desks.creation import DeskRefused, create_desk
from helpdesk.desks.mailing import mail_or_say_how


class Command(BaseCommand):
    help = "Make a desk from a preset, and invite its first admin by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The company's name.")
        parser.add_argument("--slug", required=True, help="The first part of its path: /SLUG/.")
        parser.add_argument(
            "--admin", required=True, metavar="EMAIL", help="Who is invited as its admin."
        )
        parser.add_argument("--preset", default="three-priorities", choices=sorted(PRESETS))
        parser.add_argument(
            "--prefix", default="", help="Before ticket numbers; else made from the slug."
        )
        parser.add_argument("--domain", default="", help="A host name of its own.")
        parser.add_argument(
            "--mailbox", action="append", default=[], metavar="EMAIL", help="May be repeated."
        )
        parser.add_argument("--language", default="en")
        parser.add_argument("--time-zone", default="UTC")
        parser.add_argument("--accent", default="indigo", choices=ACCENTS)
        parser.add_argument(
            "--show-link", action="store_true", help="Print the invitation's link: a secret."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = create_desk(
                name=options["name"],
                slug=options["slug"],
                domain=options["domain"],
                prefix=options["prefix"] or "".join(filter(str.isalpha, options["slug"]))[:2],
                language=options["language"],
                time_zone=options["time_zone"],
                accent=options["accent"],
                preset=options["preset"],
                mailbox_addresses=options["mailbox"],
                admin_email=options["admin"],
                at=timezone.now(),
            )
        except DeskRefused as refused:
            raise CommandError(f"{refused.field}: {refused}") from refused
        self.stdout.write(f"{made.desk.name} stands at /{made.desk.slug}/.")
        if made.desk.domain and made.desk.domain not in settings.ALLOWED_HOSTS:
            self.stdout.write(
                f"Add {made.desk.domain} to ALLOWED_HOSTS, else its pages answer 400."
            )
        mail_or_say_how(self, made.invitation, made.token, show_link=options["show_link"])
