"""`manage.py reset_two_factor`: turn off 2FA for a user who lost their device."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.logins.changes import remove_two_factor
from accounts.matching import normalize_email
from accounts.models import User
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.admin.two_factor_reset import send_reset_notice


class Command(BaseCommand):
    help = "Turn off a user's two-factor authentication, including recovery codes, and email them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The user's email address.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=normalize_email(options["email"])).first()
        if user is None:
            raise CommandError(f"There is no user with the email address {options['email']}.")
        if not remove_two_factor(user=user, by=None):
            raise CommandError(f"{user.email} does not use two-factor authentication.")
        try:
            send_reset_notice(user, desk=None)
        except MAIL_SERVER_ERRORS as error:
            raise CommandError(
                f"Two-factor authentication is off for {user.email}, but the email about it could "
                f"not be sent: {error}. Let them know."
            ) from error
        self.stdout.write(
            f"Turned off two-factor authentication for {user.email} and sent an email."
        )
