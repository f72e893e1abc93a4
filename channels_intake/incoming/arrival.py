"""An email at its desk: sender, ticket and everything else that the decision depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.database.rows import fetch_prepared
from accounts.models import Desk
from channels_intake.incoming.decision import Facts, Link, Review, Standing
from channels_intake.incoming.delivery_reports import ReportedMail, find_reported_mail
from channels_intake.incoming.destinations import is_addressed
from channels_intake.incoming.duplicates import Original, build_original
from channels_intake.incoming.senders import (
    UNKNOWN_SENDER,
    Sender,
    ask_for_sender,
    build_sender,
    match_envelope,
    read_sender,
)
from channels_intake.incoming.side_threads import SideThread, build_side_thread
from channels_intake.incoming.sql import READ_ARRIVAL
from channels_intake.incoming.threads import (
    MAX_ID_CHARS,
    Thread,
    build_thread,
    get_standing,
    is_token_like,
    list_thread_ids,
    list_whole_tokens,
)
from channels_intake.mime.automatic_subjects import is_automatic_subject
from channels_intake.mime.envelope import Authentication, AutomaticKind, Envelope
from channels_intake.models import Mailbox


@dataclass(frozen=True, slots=True)
class Arrival:
    """An email at its desk, with what the desk knows about its sender and ticket.

    sender: UNKNOWN_SENDER if the From address can't be read. tokens: the parts behind the plus of
    the addresses it was sent to. mailboxes: the desk's that it was sent to. review, reviewer: what
    a person who released it says, and who it was. reported: the email of ours that this one is a
    delivery report for. original: an earlier email at the desk with the same identity. side: the
    side conversation that it refers to; then there is no thread.
    """

    envelope: Envelope
    mailbox: Mailbox
    sender: Sender
    thread: Thread | None
    tokens: tuple[str, ...]
    mailboxes: tuple[str, ...] = ()
    review: Review = Review.NONE
    reviewer: str = ""
    reported: ReportedMail | None = None
    original: Original | None = None
    side: SideThread | None = None


def collect_facts(
    envelope: Envelope,
    *,
    mailbox: Mailbox,
    tokens: Sequence[str],
    mailboxes: tuple[str, ...] = (),
    content_hash: str = "",
    review: Review = Review.NONE,
    reviewer: str = "",
) -> Arrival:
    """Look up an email's sender and ticket and, with its content_hash, its original.

    A sender that a person verified counts as authenticated.
    """
    desk = mailbox.desk
    if not envelope.automatic and (envelope.via or not is_addressed(envelope.named, mailbox)):
        envelope = replace(envelope, automatic=AutomaticKind.INDIRECT)
    known = _look_up(desk, envelope, tokens, content_hash)
    envelope, sender = _find_author(desk, envelope, known.sender)
    if review is Review.VERIFIED:
        envelope = replace(envelope, authentication=Authentication.PASS)
    thread = side = None
    if envelope.sender.email and not sender.is_mailbox and review is not Review.UNVERIFIED:
        thread, side = known.thread, known.side
    if _is_vacation_reply(envelope, thread, side):
        envelope = replace(envelope, automatic=AutomaticKind.AUTO_REPLY)
    reported = find_reported_mail(desk, envelope, tokens) if review is Review.NONE else None
    return Arrival(
        envelope,
        mailbox,
        sender,
        thread,
        tuple(tokens),
        mailboxes,
        review,
        reviewer,
        reported,
        known.original,
        side,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Facts of a desk about an email: its sender, the ticket it refers to, its original.

    side: the side conversation that it refers to.
    """

    sender: Sender
    thread: Thread | None
    original: Original | None
    side: SideThread | None


def _look_up(desk: Desk, envelope: Envelope, tokens: Sequence[str], content_hash: str) -> _Known:
    email = envelope.sender.email
    asked = ask_for_sender(desk, email) | {
        "tokens": list_whole_tokens(tokens),
        "ids": list_thread_ids(envelope),
        "message_id": envelope.message_id[:MAX_ID_CHARS],
        "content_hash": content_hash,
    }
    [row] = fetch_prepared(READ_ARRIVAL, asked)
    sender, thread = build_sender(desk, row), build_thread(desk, row)
    if thread is not None and thread.holder is not None and thread.holder == sender.contact:
        thread = replace(thread, holder=sender.contact)  # with account and plan
    side = build_side_thread(row)
    return _Known(sender if email else UNKNOWN_SENDER, thread, build_original(row), side)


def _find_author(desk: Desk, envelope: Envelope, sender: Sender) -> tuple[Envelope, Sender]:
    """Return the sender, or the Reply-To person if From is one of the desk's own mailboxes.

    Web forms and groups write such email. Email that Plumbline sent by itself stays the mailbox's
    own, and so does email that failed authentication.
    """
    asked = envelope.reply_to
    if not sender.is_mailbox or asked is None or envelope.automatic.is_machine:
        return envelope, sender
    if envelope.authentication is Authentication.FAIL:
        return envelope, sender
    author = read_sender(desk, asked.email)
    return (envelope, sender) if author.is_mailbox else (envelope.relayed_for(asked), author)


def _is_vacation_reply(envelope: Envelope, thread: Thread | None, side: SideThread | None) -> bool:
    """Return True if only the subject says that a machine wrote the email."""
    if envelope.automatic.is_machine:
        return False
    if side is not None:
        return is_automatic_subject(envelope.subject, side.side.subject, reference="")
    if thread is None:
        return False
    ticket = thread.ticket
    return is_automatic_subject(envelope.subject, ticket.subject, reference=ticket.reference)


def is_new_colleague(mail: Arrival) -> bool:
    """Return True if a person of the ticket's account writes to its reply address.

    They are in no account yet, and their authenticated domain is that account's.
    """
    thread, envelope = mail.thread, mail.envelope
    if thread is None or thread.holder is None or thread.ticket.account_id is None:
        return False
    if envelope.via or envelope.authentication is not Authentication.PASS:
        return False
    match = match_envelope(mail.mailbox, envelope, mail.sender)
    return match.kind == "domain" and match.account_id == thread.ticket.account_id


def get_facts(mail: Arrival) -> Facts:
    """Return what the decision on an email depends on."""
    sender, thread, envelope = mail.sender, mail.thread, mail.envelope
    link, standing = Link.NONE, Standing.STRANGER
    if mail.side is not None:
        link, standing = mail.side.link, mail.side.get_standing(envelope.sender.email)
    elif thread is not None:
        link = Link.ADDRESS if thread.holder else Link.HEADERS
        standing = get_standing(thread, sender.contact)
        if is_new_colleague(mail):
            standing = Standing.MEMBER
    return Facts(
        envelope.authentication,
        envelope.automatic,
        has_sender=bool(envelope.sender.email),
        is_own_mailbox=sender.is_mailbox,
        is_agent=sender.is_agent,
        has_unverified=sender.has_unverified,
        link=link,
        standing=standing,
        has_token=any(map(is_token_like, mail.tokens)),
        is_delivery_report=mail.reported is not None,
        is_relayed=bool(envelope.via),
        is_blocked=sender.is_blocked,
        review=mail.review,
        is_side=mail.side is not None,
    )
