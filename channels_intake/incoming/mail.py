"""Processing of an email: collect the facts, decide, and carry out the verdict.

The same for new email (incoming/reading.py) and email released from quarantine
(incoming/quarantine.py). Later code uses a message's channel only to display it and to reply on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.match_reasons import MatchCode, Reason, make_reason
from accounts.models import Contact
from accounts.places.languages import find_language
from accounts.tenancy import desk_scope
from channels_intake.incoming.arrival import (
    Arrival,
    collect_facts,
    get_facts,
    is_new_colleague,
)
from channels_intake.incoming.decision import (
    Action,
    Facts,
    Proof,
    Review,
    Verdict,
    decide,
)
from channels_intake.incoming.delivery_reports import (
    record_report,
)
from channels_intake.incoming.duplicates import (
    hash_content,
    identify,
    link_duplicate,
    save_result,
)
from channels_intake.incoming.remarks import list_remarks, remark_on_reply_to, remark_on_subject
from channels_intake.incoming.senders import (
    get_default_priority,
    get_or_create_contact,
    resolve_origin,
)
from channels_intake.incoming.side_threads import SideThread, add_answer
from channels_intake.incoming.threads import Thread
from channels_intake.incoming.verification import BY_MAIL, BY_REPLY, verify_tickets_of
from channels_intake.mime.envelope import Envelope
from channels_intake.mime.masking import mask_tokens
from channels_intake.mime.replies import split_reply
from channels_intake.mime.sanitize import sanitize
from channels_intake.models import InboundMessage, InboundState, Mailbox
from channels_intake.reasons import InboundReason
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.attachments.storage import keep_texts
from tickets.models import Channel, Message, SideMessage, Ticket
from tickets.queueing import Queue, TaskName, queue_once_after_commit
from tickets.sentences.remarks import Remark, RemarkCode, make_remark
from tickets.services import (
    NewMessage,
    NewTicket,
    NotReopenableError,
    Origin,
    add_customer_message,
    open_with_message,
    verify_sender,
)

HELD_CHANGED = TaskName("helpdesk.tasks.publish_held_count", queue=Queue.INTERACTIVE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of processing an email.

    message: None if it stays in quarantine, or is a delivery report, which belongs to its ticket
    without being a message. side_message: in a side conversation of that ticket instead.
    """

    message: Message | None
    reason: InboundReason
    data: dict[str, str]
    ticket: Ticket | None = None
    side_message: SideMessage | None = None


@keep_texts()  # the raw email still holds the files
def accept_mail(
    inbound: InboundMessage,
    envelope: Envelope,
    *,
    mailbox: Mailbox,
    tokens: Sequence[str],
    mailboxes: tuple[str, ...] = (),
    at: datetime,
) -> None:
    """Add a stored email to a ticket, quarantine it, or mark it as a duplicate.

    The caller has locked the row, is in the system scope and has opened the transaction: the row
    and its result are saved together or not at all. Raises IntegrityError if another worker has
    just processed the same email.
    """
    content_hash = hash_content(envelope)
    identify(inbound, envelope, mailbox, content_hash)
    with desk_scope(mailbox.desk_id):
        mail = collect_facts(
            envelope,
            mailbox=mailbox,
            tokens=tokens,
            mailboxes=mailboxes,
            content_hash=content_hash,
        )
        if mail.original is not None:
            link_duplicate(inbound, mail.original, at=at)
        else:
            note_outcome(inbound, mail.envelope, place_mail(mail, at=at))
    save_result(inbound)


def note_outcome(inbound: InboundMessage, envelope: Envelope, outcome: Outcome) -> None:
    """Set the result of the email on its row, to be saved with the rest."""
    message = outcome.message
    if not (message or outcome.ticket):
        queue_once_after_commit(HELD_CHANGED, desk_id=inbound.desk_id)
    inbound.ticket = message.ticket if message else outcome.ticket
    inbound.state = InboundState.PROCESSED if inbound.ticket else InboundState.QUARANTINED
    inbound.reason, inbound.reason_data = outcome.reason, outcome.data
    inbound.message, inbound.automatic = message, envelope.automatic.value
    inbound.side_message = outcome.side_message
    inbound.sender, inbound.authentication = envelope.sender.email, envelope.authentication.value
    written = message or outcome.side_message
    inbound.lacks_files = bool(
        written and envelope.attachments and written.attachments.filter(file="").exists()
    )


def place_mail(mail: Arrival, *, at: datetime) -> Outcome:
    """Decide on an email and carry out the decision."""
    facts = get_facts(mail)
    return _carry_out(mail, decide(facts), facts, at=at)


def _carry_out(mail: Arrival, verdict: Verdict, facts: Facts, *, at: datetime) -> Outcome:
    if verdict.action is Action.REPORT and mail.reported is not None:
        ticket = record_report(mail.reported, mail.envelope, at=at)
        return Outcome(None, verdict.reason, {"ticket": ticket.reference}, ticket)
    if verdict.action is Action.ANSWER and mail.side is not None:
        return _answer(mail, mail.side, verdict, at=at)
    if verdict.action is Action.JOIN:
        try:
            message = _join(mail, verdict, at=at)
        except NotReopenableError:
            facts = replace(facts, is_closed_for_good=True)
            return _carry_out(mail, decide(facts), facts, at=at)
    elif verdict.action is Action.FOLLOW_UP:
        message = _follow_up(mail, verdict, at=at)
    elif verdict.action is Action.OPEN:
        message = _open(mail, verdict, at=at)
    else:
        return Outcome(None, verdict.reason, {})
    return Outcome(message, verdict.reason, _get_reason_data(mail, verdict))


def _get_reason_data(mail: Arrival, verdict: Verdict) -> dict[str, str]:
    if verdict.reason is InboundReason.RELEASED:
        return {"name": mail.reviewer}
    return {"ticket": mail.thread.ticket.reference} if mail.thread else {}


def _answer(mail: Arrival, thread: SideThread, verdict: Verdict, *, at: datetime) -> Outcome:
    """Add the email to its side conversation."""
    new = _make_reply(mail, verdict)
    message = add_answer(
        thread, new, mail.envelope.sender, is_unverified=verdict.is_unverified, at=at
    )
    ticket = message.side.ticket
    is_released = verdict.reason is InboundReason.RELEASED
    data = {"name": mail.reviewer} if is_released else {"ticket": ticket.reference}
    return Outcome(None, verdict.reason, data, ticket, message)


def _join(mail: Arrival, verdict: Verdict, *, at: datetime) -> Message:
    """Add the email to its ticket. Raises NotReopenableError if it can't be reopened."""
    thread, author = _get_thread(mail, verdict)
    new = _make_reply(mail, verdict)
    message = add_customer_message(ticket_id=thread.ticket.pk, contact=author, new=new, at=at)
    _verify_author(thread, author, verdict.proof, at=at)
    return message


def _make_reply(mail: Arrival, verdict: Verdict) -> NewMessage:
    """Return an email without what it quotes, which is kept apart."""
    sent = mail.envelope
    reply = split_reply(sent.body_text, sent.body_html, subject=sent.subject)
    envelope = replace(sent, body_text=reply.text, body_html=reply.html)
    written = _make_message(replace(mail, envelope=envelope), is_from_holder=verdict.is_from_holder)
    return replace(written, quoted=mask_tokens(reply.quoted))


def _follow_up(mail: Arrival, verdict: Verdict, *, at: datetime) -> Message:
    """Open a ticket linked to the closed one that the email replies to."""
    thread, author = _get_thread(mail, verdict)
    reason = make_reason(MatchCode.FOLLOW_UP, ticket=thread.ticket.reference)
    account_id = None if verdict.is_unverified else author.account_id
    origin = Origin(author, account_id, verdict.is_unverified, (reason,))
    message = _open_ticket(mail, origin, thread=thread, at=at)
    _verify_author(thread, author, verdict.proof, at=at)
    return message


def _get_thread(mail: Arrival, verdict: Verdict) -> tuple[Thread, Contact]:
    """Return the ticket to write on, and the author. A new colleague becomes a contact."""
    thread, author = mail.thread, mail.sender.contact
    if thread is not None and verdict.is_from_holder:
        author = thread.holder
    elif is_new_colleague(mail):
        author = resolve_origin(mail.mailbox, mail.envelope, mail.sender).contact
    if thread is None or author is None:
        raise ValueError("Only a mail with a thread and an author can join a ticket.")
    return thread, author


def _verify_author(thread: Thread, author: Contact, proof: Proof, *, at: datetime) -> None:
    if proof is not Proof.NONE:
        how = BY_REPLY if proof is Proof.REPLY else BY_MAIL
        verify_sender(ticket_id=thread.ticket.pk, contact=author, proof=how, at=at)


def _open(mail: Arrival, verdict: Verdict, *, at: datetime) -> Message:
    """Open a ticket from the email."""
    origin = _find_origin(mail, verdict)
    if verdict.proof is not Proof.NONE and mail.sender.contact is not None:
        verify_tickets_of(mail.sender.contact, how=BY_MAIL, at=at)
    invalid = (make_remark(RemarkCode.INVALID_REPLY_ADDRESS),) if verdict.has_invalid_token else ()
    return _open_ticket(mail, origin, remarks=invalid, at=at)


def _find_origin(mail: Arrival, verdict: Verdict) -> Origin:
    """Return the requester. A contact is created if there is none."""
    if verdict.is_unverified:
        desk, known = mail.mailbox.desk, mail.sender.contact
        contact = known or get_or_create_contact(
            desk, mail.envelope.sender, language=find_language(mail.envelope.language)
        )
        return Origin(contact, None, True, (_get_doubt(mail),))
    origin = resolve_origin(mail.mailbox, mail.envelope, mail.sender)
    if mail.review is Review.NONE:
        return origin
    why = make_reason(MatchCode.RELEASED_VERIFIED, agent=mail.reviewer)
    return replace(origin, reasons=(why, *origin.reasons))


def _get_doubt(mail: Arrival) -> Reason:
    if mail.review is Review.NONE and mail.envelope.via:
        return make_reason(MatchCode.RELAYED, address=mask_tokens(mail.envelope.via))
    if mail.review is Review.NONE:
        return make_reason(MatchCode.UNVERIFIED_AGENT)
    return make_reason(MatchCode.RELEASED_UNVERIFIED, agent=mail.reviewer)


def _open_ticket(
    mail: Arrival,
    origin: Origin,
    *,
    thread: Thread | None = None,
    remarks: tuple[Remark, ...] = (),
    at: datetime,
) -> Message:
    """Open a ticket and return its first message. thread: the ticket it follows up."""
    message, desk = _make_message(mail), mail.mailbox.desk
    about = (*remark_on_subject(mail.envelope.subject), *remarks)
    remarks = (*message.remarks, *about, *remark_on_reply_to(mail.envelope, mail.mailbox))
    new = NewTicket(
        subject=mail.envelope.subject,
        message=replace(message, remarks=remarks),
        origin=origin,
        priority=mail.sender.default_priority or get_default_priority(desk),
        follow_up_of=thread.ticket if thread else None,
        product=thread.ticket.product if thread and not origin.is_unverified else None,
        language=mail.envelope.language,
        mailboxes=mail.mailboxes or (mail.mailbox.address,),
    )
    return open_with_message(desk=desk, new=new, by=Actor.of(origin.contact), at=at)


def _make_message(mail: Arrival, *, is_from_holder: bool = False) -> NewMessage:
    envelope, safe = mail.envelope, sanitize(mail.envelope.body_html)
    cut = (make_remark(RemarkCode.HTML_CUT),) if safe.is_cut else ()
    about = list_remarks(envelope, mail.mailbox, mail.mailboxes, is_from_holder=is_from_holder)
    return NewMessage(
        text=mask_tokens(envelope.body_text),
        channel=Channel.EMAIL,
        html=mask_tokens(safe.html),
        files=tuple(
            NewFile(f.name, f.content_type, f.content, f.content_id) for f in envelope.attachments
        ),
        remarks=envelope.notes + cut + about,
        is_automatic=envelope.automatic.is_machine,
    )
