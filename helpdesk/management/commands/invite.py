"""`manage.py invite`: ask somebody to a desk, by mail (M83)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.invitations.sending import InvitationError, invite
from accounts.models import InvitedAs, Level
from accounts.tenancy import desk_scope
from helpdesk.desks.finding import find_desk_or_refuse
from helpdesk.desks.mailing import mail_or_say_how


class Command(BaseCommand):
    help = "Invite an address to a desk; an earlier invitation of it dies."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("email")
        parser.add_argument("--as", dest="kind", default=InvitedAs.AGENT, choices=InvitedAs.values)
        parser.add_argument(
            "--role", required=True, help="Such as admin, lead, analyst; or contact, manager."
        )
        parser.add_argument("--level", default=Level.L1, choices=Level.values)
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--show-link", action="store_true", help="Print the invitation's link: a secret."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        desk = find_desk_or_refuse(options["desk"])
        asked = {name: options[name] for name in ("email", "kind", "role", "level", "name")}
        try:
            with desk_scope(desk):
                invitation, token = invite(desk=desk, at=timezone.now(), **asked)
        except InvitationError as refused:
            raise CommandError(str(refused)) from refused
        mail_or_say_how(self, invitation, token, show_link=options["show_link"])
