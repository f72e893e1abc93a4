"""Remarks on an email that joins or opens a ticket: what agents should know about its addresses."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Contact
from channels_intake.incoming.senders import list_own_addresses
from channels_intake.mime.envelope import Authentication, Envelope
from channels_intake.mime.masking import mask_tokens
from channels_intake.models import Mailbox
from tickets.models import Ticket
from tickets.sentences.remarks import Remark, RemarkCode, make_remark

MAX_CC_SHOWN = 20
MAX_SUBJECT_CHARS: int = Ticket._meta.get_field("subject").max_length or 0
MAX_NAME_CHARS: int = Contact._meta.get_field("name").max_length or 0


def list_remarks(
    envelope: Envelope, mailbox: Mailbox, mailboxes: tuple[str, ...], *, is_from_holder: bool
) -> tuple[Remark, ...]:
    """Return the remarks on an email's sender and recipients.

    mailboxes: the desk's that it was sent to. is_from_holder: a reply token verifies the sender.
    """
    return (
        *_remark_on_sender(envelope, is_from_holder=is_from_holder),
        *_remark_on_name(envelope.sender.name),
        *remark_on_mailboxes(mailboxes),
        *_remark_on_cc(envelope, mailbox),
    )


def remark_on_mailboxes(addresses: Iterable[str]) -> tuple[Remark, ...]:
    """Return a remark with the desk's mailboxes that an email was sent to, if they are several."""
    named = list(addresses)
    if len(named) < 2:
        return ()
    return (make_remark(RemarkCode.SENT_TO_SEVERAL, addresses=", ".join(named)),)


def remark_on_reply_to(envelope: Envelope, mailbox: Mailbox) -> tuple[Remark, ...]:
    """Return a remark with the Reply-To address, such as that of a web form's visitor.

    An agent can make that person the requester.
    """
    asked = envelope.reply_to
    if asked is None or list_own_addresses(mailbox.desk, [asked.email]):
        return ()
    address = mask_tokens(asked.email)
    return (make_remark(RemarkCode.REPLY_TO, address=address, name=mask_tokens(asked.name)),)


def remark_on_subject(subject: str) -> tuple[Remark, ...]:
    """Return a remark with a subject that is too long for a ticket's."""
    if len(subject) <= MAX_SUBJECT_CHARS:
        return ()
    shown = mask_tokens(subject)
    return (make_remark(RemarkCode.SUBJECT_CUT, maximum=MAX_SUBJECT_CHARS, subject=shown),)


def _remark_on_name(name: str) -> tuple[Remark, ...]:
    if len(name) <= MAX_NAME_CHARS:
        return ()
    shown = mask_tokens(name)
    return (make_remark(RemarkCode.SENDER_NAME_CUT, maximum=MAX_NAME_CHARS, name=shown),)


def _remark_on_sender(envelope: Envelope, *, is_from_holder: bool) -> tuple[Remark, ...]:
    if envelope.via:
        return (make_remark(RemarkCode.RELAYED, address=mask_tokens(envelope.via)),)
    if envelope.authentication is not Authentication.NONE or is_from_holder:
        return ()
    domain = envelope.sender.email.rpartition("@")[2]
    return (make_remark(RemarkCode.NO_VERDICT, domain=domain),)


def _remark_on_cc(envelope: Envelope, mailbox: Mailbox) -> tuple[Remark, ...]:
    """Return a remark with the CC addresses; only agents can add followers."""
    copied = [address.email for address in envelope.cc]
    if not copied:
        return ()
    own = {envelope.sender.email, *list_own_addresses(mailbox.desk, copied)}
    others = [email for email in copied if email not in own]
    if not others:
        return ()
    shown = mask_tokens(", ".join(others[:MAX_CC_SHOWN]))
    remark = make_remark(RemarkCode.CC_NOT_ADDED, addresses=shown)
    more = len(others) - MAX_CC_SHOWN
    return (remark, make_remark(RemarkCode.CC_NOT_SHOWN, count=more)) if more > 0 else (remark,)
