"""The mail that carries an invitation. Its token stands here and nowhere else."""

from __future__ import annotations

from email.utils import formataddr

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.models import Desk, Invitation
from accounts.tenancy import desk_scope
from channels_intake.mailboxes import get_default_mailbox
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from helpdesk.shared.links import build_desk_url


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link to the invited address, in the desk's name. Call it after the commit.

    Raises what the mail backend raises: an invitation that did not leave is not silent.
    """
    desk = invitation.desk
    context = {
        "desk": desk,
        "invitation": invitation,
        "inviter": invitation.invited_by,
        "link": build_desk_url(desk, "invitation", token),
    }
    EmailMessage(
        subject=f"[{desk.name}] You are invited",
        body=render_to_string("emails/invitation.txt", context),
        from_email=_sender_of(desk),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def send_invitation_and_report(request: HttpRequest, invitation: Invitation, token: str) -> None:
    """Send it, and tell whoever invited on the next page whether the mail server took it."""
    try:
        send_invitation(invitation, token)
    except MAIL_SERVER_ERRORS as error:
        messages.warning(
            request,
            f"The mail server did not take the invitation of {invitation.email} ({error}). Invite again.",
        )
    else:
        messages.success(
            request, f"{invitation.email} is invited by mail; the link lives for seven days."
        )


def _sender_of(desk: Desk) -> str:
    with desk_scope(desk):
        box = get_default_mailbox(desk)
    return formataddr((desk.name, box.address)) if box else settings.DEFAULT_FROM_EMAIL
