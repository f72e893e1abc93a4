"""Decision on an inbound email, whether it just arrived or was released from quarantine.

Pure: no database, no clock. incoming/mail.py collects the facts and carries out the verdict.

Finding a ticket doesn't mean joining it. With T a new ticket, t a new ticket marked unverified, J
joined and Q quarantined, and the reply token right (of this ticket's customer), other (of another
person), cut or none:

    sender    authentication   right   other   cut   none
    agent     pass             Q       Q       T     T
    agent     none             Q       Q       t     t
    agent     fail             Q       Q       Q     Q
    customer  pass             J       Q       T     T
    customer  none             J       Q       t     t
    customer  fail             J       Q       t     t
    stranger  pass             Q       Q       T     T
    stranger  none             Q       Q       T     T
    stranger  fail             Q       Q       t     t

For the token's owner, the token alone is enough: its 130 random bits outweigh a broken DKIM
signature. A stranger whose authenticated domain is that of the ticket's account is a colleague:
with the token they join, too. "t" in the rows "none" becomes "T" if the mailbox matches unverified
email. A stranger whose domain isn't a customer's has nothing to verify, so "none" opens an ordinary
ticket without an account (accounts.matching decides that). With thread headers alone, only
participants of the ticket or its account join, and not with "fail".

An email whose From a mailing list or a form wrote is its author's, unverified: only a token joins,
and the rest opens unverified tickets.

Email that refers to a side conversation is added to that or quarantined; see _answer.

A bounce is never a person's message, whatever its token: a real delivery report is recorded with
the email that it is about, and everything else that looks like one is quarantined.

tests/channels_intake/test_decision.py tests this function cell by cell, and
tests/channels_intake/test_spoof_matrix.py the whole path of an email.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from channels_intake.mime.envelope import Authentication, AutomaticKind
from channels_intake.reasons import InboundReason


class Link(StrEnum):
    """Ways an email can refer to a ticket."""

    NONE = "none"
    HEADERS = "headers"
    ADDRESS = "address"  # by the token in the address it was sent to


class Standing(StrEnum):
    """Relation of the sender to the ticket that the email refers to."""

    STRANGER = "stranger"
    MEMBER = "member"  # requester, follower, or of the ticket's account, maybe by domain alone
    HOLDER = "holder"  # the person the token was given to


class Review(StrEnum):
    """Review of the sender by the person who released the email. NONE: not reviewed."""

    NONE = "none"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


class Proof(StrEnum):
    """Proof that an email provides for its sender's address."""

    NONE = "none"
    MAIL = "mail"  # the domain authenticated it
    REPLY = "reply"  # it was sent to the address that only the sender was given


class Action(StrEnum):
    """Actions on an inbound email."""

    QUARANTINE = "quarantine"
    OPEN = "open"
    JOIN = "join"
    FOLLOW_UP = "follow_up"  # open a ticket linked to the one that the email replies to
    ANSWER = "answer"  # add it to a side conversation, which only agents see
    REPORT = "report"  # record what a mail server reports of an email that was sent from here


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the decision depends on.

    has_sender: the From address could be read. is_own_mailbox, is_agent: the address belongs to the
    desk itself. has_unverified: unverified tickets of the address exist. has_token: the address it
    was sent to has a reply token, valid or not. is_closed_for_good: the ticket can't be reopened.
    is_delivery_report: a real one (RFC 3464), about an email that was sent from this desk.
    is_relayed: a list or a form sent it, so nothing but a reply token verifies its author.
    is_blocked: the desk blocked the address or its domain (incoming/blocking.py).
    is_side: link and standing are those of a side conversation, not of a ticket.
    """

    authentication: Authentication
    automatic: AutomaticKind = AutomaticKind.NONE
    has_sender: bool = True
    is_own_mailbox: bool = False
    is_agent: bool = False
    has_unverified: bool = False
    link: Link = Link.NONE
    standing: Standing = Standing.STRANGER
    has_token: bool = False
    is_closed_for_good: bool = False
    is_delivery_report: bool = False
    is_relayed: bool = False
    is_blocked: bool = False
    review: Review = Review.NONE
    is_side: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on an email, with the reason.

    is_from_holder: the author is the person the token was given to.
    is_unverified: the ticket gets no account. proof: what the email proves about the sender.
    has_invalid_token: tell the agents that the reply address isn't valid.
    """

    action: Action
    reason: InboundReason
    is_from_holder: bool = False
    is_unverified: bool = False
    proof: Proof = Proof.NONE
    has_invalid_token: bool = False


# Email of these kinds never opens a ticket. A bounce joins none either: it is nobody's message.
STRAY = {
    AutomaticKind.OWN: InboundReason.OWN_MAIL,
    AutomaticKind.BOUNCE: InboundReason.STRAY_BOUNCE,
    AutomaticKind.AUTO_REPLY: InboundReason.STRAY_AUTO_REPLY,
}


def decide(facts: Facts) -> Verdict:
    """Decide on an email. A reviewed one is quarantined only if nothing else is possible."""
    is_new = facts.review is Review.NONE
    if is_new and facts.is_delivery_report:
        return Verdict(Action.REPORT, InboundReason.DELIVERY_REPORT)
    if not facts.has_sender:
        return _quarantine(InboundReason.NO_SENDER)
    if facts.is_own_mailbox:
        return _quarantine(InboundReason.OWN_MAILBOX)
    if is_new and facts.is_blocked:
        return _quarantine(InboundReason.BLOCKED_SENDER)
    if facts.review is Review.UNVERIFIED:
        return Verdict(Action.OPEN, InboundReason.RELEASED, is_unverified=True)
    if facts.is_side:
        return _answer(facts)
    if is_new and facts.is_relayed and facts.link is Link.HEADERS:
        facts = replace(facts, link=Link.NONE)
    if is_new and facts.is_agent and (facts.link is not Link.NONE or _has_failed(facts)):
        return _quarantine(InboundReason.AGENT_ADDRESS)
    if is_new and facts.automatic is AutomaticKind.BOUNCE:
        return _quarantine(InboundReason.STRAY_BOUNCE)
    if facts.link is not Link.NONE and not facts.is_agent:
        refusal = _refuse_joining(facts)
        if refusal is None:
            return _join(facts)
        if is_new:
            return _quarantine(refusal)
    if is_new and facts.automatic in STRAY:
        return _quarantine(STRAY[facts.automatic])
    return _open(facts)


def _quarantine(reason: InboundReason) -> Verdict:
    return Verdict(Action.QUARANTINE, reason)


def _has_failed(facts: Facts) -> bool:
    return facts.authentication is Authentication.FAIL


def _is_from_holder(facts: Facts) -> bool:
    """Return True if the token decides: the person wrote whom it was given to."""
    return facts.standing is Standing.HOLDER


def _refuse_joining(facts: Facts) -> InboundReason | None:
    """Return why the sender may not write on the ticket, or None if they may."""
    if _is_from_holder(facts):
        return None
    if _has_failed(facts):
        return InboundReason.FAILED_AUTHENTICATION
    if facts.standing is Standing.STRANGER:
        return InboundReason.NOT_ON_TICKET
    return None


def _join(facts: Facts) -> Verdict:
    if facts.is_closed_for_good:
        action, reason = Action.FOLLOW_UP, InboundReason.FOLLOWED_UP
    elif facts.link is Link.ADDRESS:
        action, reason = Action.JOIN, InboundReason.JOINED_BY_ADDRESS
    else:
        action, reason = Action.JOIN, InboundReason.JOINED_BY_HEADERS
    return Verdict(
        action,
        reason if facts.review is Review.NONE else InboundReason.RELEASED,
        is_from_holder=_is_from_holder(facts),
        is_unverified=facts.is_closed_for_good and _has_failed(facts),
        proof=_find_proof(facts),
    )


def _answer(facts: Facts) -> Verdict:
    """Decide on email that refers to a side conversation. It never gets to the ticket's customers.

    As on tickets, the token's owner needs nothing else. Another third party of the conversation may
    write, too, but not with "fail". Anybody else with a token may be a colleague there: what they
    write is marked as unverified. Message-IDs alone let nobody else in.
    """
    is_stranger = facts.standing is Standing.STRANGER
    refusal = _refuse_answering(facts) if facts.review is Review.NONE else None
    if refusal is not None:
        return _quarantine(refusal)
    return Verdict(
        Action.ANSWER,
        InboundReason.ANSWERED if facts.review is Review.NONE else InboundReason.RELEASED,
        is_from_holder=_is_from_holder(facts),
        is_unverified=is_stranger,
    )


def _refuse_answering(facts: Facts) -> InboundReason | None:
    """Return why an email isn't added to the side conversation, or None."""
    if facts.is_agent:
        return InboundReason.AGENT_ADDRESS
    if facts.automatic in {AutomaticKind.OWN, AutomaticKind.BOUNCE}:
        return STRAY[facts.automatic]
    if _is_from_holder(facts):
        return None
    if _has_failed(facts):
        return InboundReason.FAILED_AUTHENTICATION
    is_let_in = facts.standing is Standing.MEMBER and not facts.is_relayed
    if facts.link is Link.HEADERS and not is_let_in:
        return InboundReason.NOT_IN_SIDE
    return None


def _open(facts: Facts) -> Verdict:
    is_new = facts.review is Review.NONE
    is_authenticated = facts.authentication is Authentication.PASS
    return Verdict(
        Action.OPEN,
        InboundReason.OPENED if is_new else InboundReason.RELEASED,
        is_unverified=not is_authenticated and (facts.is_agent or facts.is_relayed),
        proof=_find_proof(facts) if facts.has_unverified else Proof.NONE,
        has_invalid_token=is_new and facts.has_token,
    )


def _find_proof(facts: Facts) -> Proof:
    """Return what the email proves. Neither a machine nor a review proves an address."""
    if facts.automatic or facts.review is not Review.NONE:
        return Proof.NONE
    if facts.link is Link.ADDRESS and facts.standing is Standing.HOLDER:
        return Proof.REPLY
    return Proof.MAIL if facts.authentication is Authentication.PASS else Proof.NONE
