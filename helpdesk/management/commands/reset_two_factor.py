"""`manage.py reset_two_factor`: let somebody in who has lost it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.logins.changes import remove_two_factor
from accounts.matching import normalize_email
from accounts.models import User
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.admin.two_factor_reset import send_reset_notice


class Command(BaseCommand):
    help = "Take the second factor off a login, recovery codes and all; its owner is told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The login's address.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=normalize_email(options["email"])).first()
        if user is None:
            raise CommandError(f"Nobody logs in as {options['email']}.")
        if not remove_two_factor(user=user, by=None):
            raise CommandError(f"{user.email} has no second factor.")
        try:
            send_reset_notice(user)
        except MAIL_SERVER_ERRORS as error:
            raise CommandError(
                f"It is off, but the mail that says so was not taken: {error}. Tell them."
            ) from error
        self.stdout.write(f"The second factor of {user.email} is off, and they are told by mail.")
