"""Sending an invitation from a command, where a mail server that is away must not hide that the rest was done."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Invitation
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.invitations.emails import send_invitation
from helpdesk.shared.links import build_desk_url


def mail_or_say_how(
    command: BaseCommand, invitation: Invitation, token: str, *, show_link: bool
) -> None:
    """Mail the invitation and say so; CommandError with what to do when the mail server does not take it."""
    if show_link:
        command.stdout.write(build_desk_url(invitation.desk, "invitation", token))
    try:
        send_invitation(invitation, token)
    except MAIL_SERVER_ERRORS as error:
        again = (
            f"manage.py invite {invitation.desk.slug} {invitation.email} --role {invitation.role}"
        )
        raise CommandError(
            f"The invitation is made, but its mail was not taken: {error}. Send another with: {again}"
        ) from error
    until = f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    command.stdout.write(f"{invitation.email} is invited by mail, until {until}.")
