"""`manage.py invite`: invite a person to a desk by email (M83)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.invitations.sending import InvitationError, invite
from accounts.models import InvitedAs, Level
from accounts.tenancy import desk_scope
from helpdesk.desks.invitation_email import send_invitation_or_fail
from helpdesk.desks.lookup import get_desk


class Command(BaseCommand):
    help = "Invite a person to a desk by email. This replaces an earlier invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("desk", help="The desk's slug.")
        parser.add_argument("email", help="The person's email address.")
        parser.add_argument("--as", dest="kind", default=InvitedAs.AGENT, choices=InvitedAs.values)
        parser.add_argument(
            "--role",
            required=True,
            help="Agents: admin, lead, analyst or observer. Contacts: contact, "
            "point_of_contact or manager.",
        )
        parser.add_argument("--level", default=Level.L1, choices=Level.values)
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--show-link", action="store_true", help="Print the invitation link, which is a secret."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        desk = get_desk(options["desk"])
        fields = {name: options[name] for name in ("email", "kind", "role", "level", "name")}
        try:
            with desk_scope(desk):
                invitation, token = invite(desk=desk, at=timezone.now(), **fields)
        except InvitationError as error:
            raise CommandError(str(error)) from error
        send_invitation_or_fail(self, invitation, token, show_link=options["show_link"])
