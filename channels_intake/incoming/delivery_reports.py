"""Delivery reports that arrive as email: which of our emails they are about, and what they change.

A report is believed only about an email that this desk sent to the reported recipient and whose
Message-ID it names; with a reply token, only about an email of the token's ticket and person. Or it
comes to the return path of that email, which is signed: then it needs no Message-ID, and may name
the address that the recipient's mail is forwarded to. A bounce in no standard form must include a
copy of the email with that Message-ID, or come to its return path, but not from the recipient. It
becomes an event of the system: no message, no author, no files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.matching import canonicalize_address
from accounts.models import Desk
from channels_intake.incoming.threads import MAX_ID_CHARS, MAX_IDS, find_reply_token
from channels_intake.mime.envelope import (
    Address,
    DeliveryAction,
    DeliveryReport,
    Envelope,
    RecipientReport,
)
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.return_paths import read_return_path
from channels_intake.outgoing.tracking import mark_delayed, mark_delivered, mark_failed
from tickets.models import Ticket

UNFINISHED = {MailState.QUEUED, MailState.SENT}


@dataclass(frozen=True, slots=True)
class ReportedMail:
    """An email of ours, with what the report says of its recipient."""

    mail_id: int
    report: RecipientReport


def find_reported_mail(
    desk: Desk, envelope: Envelope, tokens: Iterable[str]
) -> ReportedMail | None:
    """Return the email of ours that a delivery report is about, or None.

    In-Reply-To counts only if the report itself names no Message-ID.
    """
    report = envelope.report
    if report is None:
        return None
    if (mail_id := read_return_path(desk.pk, tokens)) is not None:
        return _find_returned(desk, mail_id, report, envelope.sender)
    named = report.message_ids or (envelope.in_reply_to if report.is_formal else ())
    ids = [found[:MAX_ID_CHARS] for found in named][:MAX_IDS]
    if not ids:
        return None
    known = Q(rfc_message_id__in=ids) | Q(provider_id__in=[*ids, *(f"<{i}>" for i in ids)])
    mails = OutgoingEmail.objects.filter(known, desk=desk)
    if token := find_reply_token(desk, tokens):
        mails = mails.filter(ticket=token.ticket_id, contact=token.contact_id)
    for mail_id, address in mails.order_by("pk").values_list("pk", "to_address"):
        mailbox = canonicalize_address(address)
        for recipient in report.recipients:
            if mailbox in map(canonicalize_address, recipient.emails):
                return ReportedMail(mail_id, recipient)
    return None


def _find_returned(
    desk: Desk, mail_id: int, report: DeliveryReport, sender: Address
) -> ReportedMail | None:
    """Return the email of a valid return path, with what is reported of its recipient.

    Without its recipient, a report of a failure counts before the others. People's autoresponders
    write to the return path, too.
    """
    sent = OutgoingEmail.objects.filter(pk=mail_id, desk=desk).exclude(state=MailState.QUEUED)
    address = sent.values_list("to_address", flat=True).first()
    if address is None:
        return None
    mailbox = canonicalize_address(address)
    if not report.is_formal and sender.email and canonicalize_address(sender.email) == mailbox:
        return None
    named = [one for one in report.recipients if mailbox in map(canonicalize_address, one.emails)]
    failed = [one for one in report.recipients if one.action is DeliveryAction.FAILED]
    return ReportedMail(mail_id, (named or failed or list(report.recipients))[0])


def record_report(reported: ReportedMail, envelope: Envelope, *, at: datetime) -> Ticket:
    """Record on the email and its ticket what the server reports. Return the ticket."""
    mails = OutgoingEmail.objects.select_for_update(of=("self",)).select_related("ticket__desk")
    mail, report = mails.get(pk=reported.mail_id), reported.report
    reporter = envelope.sender.email or envelope.sender.name
    if report.action is DeliveryAction.FAILED:
        if mail.state != MailState.FAILED:
            mark_failed(mail, reason=report.reason, reporter=reporter, at=at)
    elif report.action is DeliveryAction.DELAYED:
        if mail.state in UNFINISHED:
            mark_delayed(mail, reason=report.reason, reporter=reporter, at=at)
    elif mail.state in UNFINISHED:
        mark_delivered(mail, at=at)
    return mail.ticket
