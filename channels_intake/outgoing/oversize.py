"""Emails that a mail server refuses as too large: they go without their files, with a link to them.

The link needs no sign-in, as the files of an email don't. It works for some weeks, while its
recipient is on the ticket.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core import signing

from accounts.privacy.scrubbing import MARK
from channels_intake.models import MailKind, MailState, OutgoingEmail
from channels_intake.outgoing.composing import get_desk_url, render_again, split_attachments
from channels_intake.outgoing.facts import Facts
from channels_intake.outgoing.replies import describe_copy, describe_reply
from channels_intake.outgoing.side_mail import render_side_again
from tickets.models import Attachment, Participant, TicketEvent

VALID = timedelta(days=30)


def leave_files_out(mail: OutgoingEmail) -> bool:
    """Compose a claimed email again without its files. Return False if it has none to leave out."""
    files = list_mail_files(mail)
    along, left = split_attachments(files)
    if mail.is_without_files or not along:
        return False
    more = {
        "files_linked": ", ".join(file.name for file in along),
        "files_left_out": ", ".join(file.name for file in left),
        "files_url": make_files_url(mail),
        "files_days": VALID.days,
    }
    mail.body_text, mail.body_html = _render(mail, more)
    mail.is_without_files = True
    changed = {name: getattr(mail, name) for name in ("body_text", "body_html", "is_without_files")}
    queued = OutgoingEmail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
    return bool(queued.update(**changed))  # not if it was erased meanwhile


def list_mail_files(mail: OutgoingEmail) -> list[Attachment]:
    """Return the files that belong to an email, attached or not."""
    if mail.side_message_id is not None:
        return list(Attachment.objects.filter(side_message=mail.side_message_id))
    if mail.message_id is None:
        return []
    return list(Attachment.objects.filter(message=mail.message_id))


def _render(mail: OutgoingEmail, more: dict[str, Any]) -> tuple[str, str]:
    events = TicketEvent.objects.select_related("ticket__desk", "ticket__account__plan")
    event = events.select_related("ticket__contact__user").get(pk=mail.event_id)
    if mail.message is None:
        return render_side_again(mail, event, more)
    facts = Facts([event])
    describe = describe_copy if mail.kind == MailKind.COPY else describe_reply
    return render_again(mail, facts, describe(event, mail.message, facts) | more)


def make_files_url(mail: OutgoingEmail) -> str:
    """Return the link to the files of an email."""
    token = signing.dumps(mail.pk, salt=_get_salt(mail.desk_id))
    return f"{get_desk_url(mail.ticket.desk)}/files/{token}/"


def find_linked_mail(token: str, *, desk_id: int) -> OutgoingEmail | None:
    """Return the email of a link, or None if it is forged or expired, or its recipient has left."""
    try:
        mail_id = signing.loads(token, salt=_get_salt(desk_id), max_age=VALID)
    except signing.BadSignature:
        return None
    related = OutgoingEmail.objects.select_related("ticket", "third_party", "contact")
    mail = related.filter(pk=mail_id, desk=desk_id, is_without_files=True).first()
    return mail if mail is not None and _is_recipient(mail) else None


def _is_recipient(mail: OutgoingEmail) -> bool:
    if mail.to_address == MARK:
        return False
    if mail.third_party is not None:
        return mail.third_party.is_reachable
    if mail.contact_id == mail.ticket.contact_id:
        return True
    return Participant.objects.filter(ticket=mail.ticket_id, contact=mail.contact_id).exists()


def list_linked_files(mail: OutgoingEmail) -> Iterable[Attachment]:
    """Return the files that the link of an email gives out."""
    return [file for file in list_mail_files(mail) if not file.is_missing and not file.is_removed]


def _get_salt(desk_id: int) -> str:
    return f"{__name__}:{desk_id}"
