"""The email that carries an invitation. No other place shows its token."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Contact, Invitation, User
from accounts.places.languages import use_recipient_locale
from accounts.tenancy import desk_scope
from channels_intake.mailboxes import format_desk_sender
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import build_automatic_email
from helpdesk.shared.links import build_desk_url


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link to the invited address in the desk's name. Call it after the commit.

    The mail backend's errors are raised, so that a failure to send is never silent.
    """
    desk = invitation.desk
    context = {
        "desk": desk,
        "invitation": invitation,
        "inviter": invitation.invited_by,
        "link": build_desk_url(desk, "invitation", token),
    }
    with desk_scope(desk):
        from_email = format_desk_sender(desk)
        user = User.objects.filter(email=invitation.email).first()
        contact = Contact.objects.filter(desk=desk).with_email(invitation.email).first()
    with use_recipient_locale(desk=desk, contact=contact, user=user):
        message = build_automatic_email(
            "emails/invitation",
            context,
            desk=desk,
            subject=f"[{desk.name}] " + _("You're invited"),
            from_email=from_email,
            to=invitation.email,
        )
    message.send()


def send_invitation_and_report(request: HttpRequest, invitation: Invitation, token: str) -> None:
    """Send the invitation and show the result to the inviter on the next page."""
    try:
        send_invitation(invitation, token)
    except MAIL_SERVER_ERRORS as error:
        text = _(
            "The invitation to %(email)s wasn't sent: the mail server rejected it (%(error)s). "
            "Invite them again."
        )
        messages.warning(request, text % {"email": invitation.email, "error": error})
    else:
        text = _("Invitation sent to %(email)s. The link works for seven days.")
        messages.success(request, text % {"email": invitation.email})
