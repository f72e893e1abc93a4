"""Composed emails as messages for the mail backend: headers, both bodies, files."""

from __future__ import annotations

import re

from django.core.mail import EmailMultiAlternatives

from channels_intake.mime.addresses import quote_address
from channels_intake.mime.automatic import OWN_HEADER
from channels_intake.models import MailKind, OutgoingEmail
from channels_intake.outgoing.composing import split_attachments
from channels_intake.outgoing.return_paths import make_return_path
from tickets.models import Attachment

_MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[a-z]+/[a-z0-9.+-]{1,100}")


def build_message(mail: OutgoingEmail) -> EmailMultiAlternatives:
    """Return the email to send, always under the same Message-ID.

    Raises OSError if storage cannot read an attached file.
    """
    return_path = make_return_path(mail)
    named = {"From": mail.from_address} if return_path else {}
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body_text,
        from_email=return_path or mail.from_address,  # the SMTP sender
        to=[quote_address(mail.to_address)],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={**make_headers(mail), **named},
    )
    if mail.body_html:
        message.attach_alternative(mail.body_html, "text/html")
    for file in _list_files(mail):
        with file.file.open("rb") as stored:
            is_known = _MEDIA_TYPE.fullmatch(file.content_type)
            media_type = file.content_type if is_known else "application/octet-stream"
            message.attach(file.name, stored.read(), media_type)
    return message


def _list_files(mail: OutgoingEmail) -> list[Attachment]:
    if mail.is_without_files:
        return []
    if mail.side_message_id is not None:
        of_side = Attachment.objects.filter(side_message=mail.side_message_id)
        return split_attachments(of_side)[0]
    if mail.message_id is None:
        return []
    return split_attachments(Attachment.objects.filter(message=mail.message_id))[0]


def make_headers(mail: OutgoingEmail) -> dict[str, str]:
    """Return identity and thread (RFC 5322, 3.6.4), and what stops auto-replies (RFC 3834)."""
    headers = {
        "Message-ID": f"<{mail.rfc_message_id}>",
        OWN_HEADER: mail.ticket.desk.slug,
        "X-PM-KeepID": "true",  # otherwise Postmark sets its own Message-ID
    }
    if mail.in_reply_to:
        headers["In-Reply-To"] = f"<{mail.in_reply_to}>"
    if mail.references:
        headers["References"] = " ".join(f"<{i}>" for i in mail.references)
    if mail.kind not in {MailKind.REPLY, MailKind.SIDE}:
        headers["Auto-Submitted"] = "auto-replied"
        headers["X-Auto-Response-Suppress"] = "All"
    return headers
