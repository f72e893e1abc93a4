"""The email with the code that verifies a mailbox: sent to its address.

It comes from the installation's own address, so that bounces and automatic replies, which may quote
the code, reach no desk. See channels_intake/mailboxes.py for what a code verifies.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext

from accounts.audit import record_audit
from accounts.models import AuditAction, User
from accounts.places.languages import use_recipient_locale
from channels_intake.mailboxes import create_code
from channels_intake.models import Mailbox
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.outgoing.rendering import build_automatic_email


def send_code(mailbox: Mailbox, *, by: User, at: datetime) -> None:
    """Send a new code to the address of a mailbox; earlier ones stop working.

    Raises one of MAIL_SERVER_ERRORS.
    """
    code = create_code(mailbox, at=at)
    record_audit(
        desk=mailbox.desk,
        by=by,
        action=AuditAction.MAILBOX_CODE_SENT,
        about=mailbox,
        target=mailbox.address,
    )
    _compose(mailbox, code, by).send()


def _compose(mailbox: Mailbox, code: str, asker: User) -> EmailMultiAlternatives:
    context = {
        "mailbox": mailbox,
        "desk": mailbox.desk,
        "code": code,
        "asker": asker,
        "site": get_desk_url(mailbox.desk),
    }
    with use_recipient_locale(desk=mailbox.desk):
        return build_automatic_email(
            "emails/mailbox_code",
            context,
            desk=mailbox.desk,
            subject=gettext("Your code to verify a help desk mailbox"),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=mailbox.address,
        )
