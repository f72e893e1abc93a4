"""Send an invitation from a command. The invitation stays valid if the mail server refuses it."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Invitation
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.invitations.emails import send_invitation
from helpdesk.shared.links import build_desk_url


def send_invitation_or_fail(
    command: BaseCommand, invitation: Invitation, token: str, *, show_link: bool
) -> None:
    """Email an invitation and report it.

    Raise CommandError with the command that sends another one if the mail server refuses it.
    """
    if show_link:
        command.stdout.write(build_desk_url(invitation.desk, "invitation", token))
    try:
        send_invitation(invitation, token)
    except MAIL_SERVER_ERRORS as error:
        retry = (
            f"manage.py invite {invitation.desk.slug} {invitation.email}"
            f" --as {invitation.kind} --role {invitation.role}"
            f"{f' --level {invitation.level}' if invitation.level else ''}"
        )
        raise CommandError(
            f"The invitation was created, but the email could not be sent: {error}. "
            f"Send another one with: {retry}"
        ) from error
    expires = f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    command.stdout.write(f"Invitation sent to {invitation.email}. It expires at {expires}.")
