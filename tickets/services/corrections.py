"""Corrections of a ticket's subject, requester and account, and of who its sender is."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.match_reasons import MatchCode, make_reason
from accounts.models import Account, Contact
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Participant, Ticket
from tickets.rules.coverage import update_coverage
from tickets.sentences.reasons import Proof
from tickets.services.common import (
    MAX_REASON,
    clean_line,
    require_writer,
    share_lock_account,
    share_lock_contact,
)
from tickets.services.verification import match_and_lock

MAX_SUBJECT = 250


def change_subject(
    *, ticket_id: int, subject: str, by: Actor, at: datetime, expected: str | None = None
) -> Ticket:
    """Give a ticket another subject. expected: the one that the agent saw, None for any.

    Raises NotAllowedError, InvalidValueError for an empty or too long one, and ConflictError for
    another subject than expected.
    """
    require_writer(by)
    after = clean_line(subject, field="subject", limit=MAX_SUBJECT, missing=_("Enter a subject."))
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.subject
        if expected is not None and expected != before:
            text = _(
                "The subject was changed to “%(subject)s” while you were editing. Save again to "
                "overwrite it."
            )
            raise ConflictError(text % {"subject": before})
        if before != after:
            change.set(subject=after)
            change.touch()
            change.record(EventKind.SUBJECT_CHANGED, {"subject": after, "was_subject": before})
            change.save()
    return change.ticket


def choose_requester(
    *,
    ticket_id: int,
    contact: Contact,
    by: Actor,
    at: datetime,
    is_checked: bool,
    keeps_following: bool,
    expected: int | None = None,
) -> Ticket:
    """Make a contact of the desk the requester, by an agent's choice.

    is_checked: the agent made sure that the request is theirs, so it belongs to their account;
    otherwise the ticket is unverified and leaves its account. Clock and department follow.
    keeps_following: the requester until now becomes a follower; otherwise they see it no longer.
    expected: ID of the requester that the agent saw, None for any.

    Raises NotAllowedError, and ConflictError for another requester than expected or for a person
    who was erased.
    """
    require_writer(by)
    with transaction.atomic():
        share_lock_contact(contact)
        if is_checked and contact.account_id is not None:
            share_lock_account(contact.account_id)
        change = Change.open(ticket_id, by=by, at=at)
        before = change.ticket.contact
        _require_desk(change.ticket, contact)
        if expected is not None and expected != before.pk:
            text = _(
                "The requester was changed to %(name)s while you were editing. Save again to "
                "overwrite it."
            )
            raise ConflictError(text % {"name": before})
        if before != contact:
            _set_requester(change, contact, is_checked=is_checked)
            _swap_followers(change, before, contact, keeps_following=keeps_following)
            _record_requester(change, before, is_checked=is_checked)
            change.save()
    return change.ticket


def _set_requester(change: Change, contact: Contact, *, is_checked: bool) -> None:
    code = MatchCode.REQUESTER_CHOSEN if is_checked else MatchCode.REQUESTER_CHANGED
    change.set(
        contact=contact,
        account=contact.account if is_checked else None,
        is_unverified=not is_checked,
        match_reasons=[make_reason(code, agent=change.by.name, address=str(contact))],
    )
    change.touch()


def _swap_followers(
    change: Change, before: Contact, contact: Contact, *, keeps_following: bool
) -> None:
    """Let the former requester follow if asked for; the new one isn't a follower any longer."""
    ticket = change.ticket
    Participant.objects.filter(ticket=ticket, contact=contact).delete()
    if keeps_following and not before.is_erased:
        Participant.objects.get_or_create(
            desk_id=ticket.desk_id, ticket=ticket, contact=before, defaults={"added_at": change.at}
        )


def _record_requester(change: Change, before: Contact, *, is_checked: bool) -> None:
    ticket = change.ticket
    data = {"contact": before.pk, "requester": ticket.contact_id, "name": str(ticket.contact)}
    if is_checked:
        data["account"] = ticket.account.name if ticket.account else ""
    change.record(EventKind.REQUESTER_CHANGED, data | update_coverage(change))


def change_account(
    *,
    ticket_id: int,
    account: Account | None,
    by: Actor,
    at: datetime,
    expected: int | bool | None = False,
) -> Ticket:
    """Move a ticket to another account of its desk, or to none; the requester stays.

    The account's plan applies from now on: clocks, coverage and department follow. expected: ID of
    the account that the agent saw, None for no account, False for any. Raises NotAllowedError, also
    for an unverified sender, and ConflictError for another account than expected or a deleted one.
    """
    require_writer(by)
    with transaction.atomic():
        if account is not None and not share_lock_account(account.pk):
            raise ConflictError(_("This account was deleted in the meantime."))
        change = Change.open(ticket_id, by=by, at=at)
        ticket, before = change.ticket, change.ticket.account
        _require_desk(ticket, account)
        if expected is not False and expected != ticket.account_id:
            text = _(
                "The account was changed to “%(name)s” while you were editing. Save again to "
                "overwrite it."
            )
            raise ConflictError(text % {"name": before or _("No account")})
        if account is not None and ticket.is_unverified:
            raise NotAllowedError(
                _(
                    "The sender is unverified, so the ticket can't belong to an account. Verify "
                    "the sender first."
                )
            )
        if before != account:
            change.set(account=account, match_reasons=_explain_account(by, account))
            change.touch()
            names = [before.name if before else "", account.name if account else ""]
            change.record(EventKind.ACCOUNT_CHANGED, {"account": names} | update_coverage(change))
            change.save()
    return ticket


def _explain_account(by: Actor, account: Account | None) -> list[dict[str, str]]:
    name = account.name if account else ""
    code = MatchCode.ACCOUNT_CHOSEN if account else MatchCode.ACCOUNT_REMOVED
    return [make_reason(code, agent=by.name, account=name)]


def verify_by_hand(*, ticket_id: int, by: Actor, at: datetime, why: str) -> bool:
    """Accept the requester of an unverified ticket as verified, because an agent checked.

    Their account, clock and department follow. Return False if the ticket is verified already.
    Raises NotAllowedError, InvalidValueError without a reason or for a too long one, and
    ConflictError for a person who was erased or a requester who changed meanwhile.
    """
    require_writer(by)
    reason = clean_line(why, field="why", limit=MAX_REASON, missing=_("Enter how you checked."))
    with transaction.atomic():
        contact = Contact.objects.get(tickets=ticket_id)
        share_lock_contact(contact)
        change = Change.open(ticket_id, by=by, at=at)
        ticket = change.ticket
        if not ticket.is_unverified:
            return False
        if ticket.contact_id != contact.pk:
            raise ConflictError(_("The requester changed in the meantime. Reload the page."))
        match = match_and_lock(ticket.desk, contact.email)
        given = make_reason(MatchCode.VERIFIED_BY_AGENT, agent=by.name)
        change.set(
            is_unverified=False,
            account_id=match.account_id,
            match_reasons=[given, *match.reasons],
        )
        change.touch()
        data = {
            "proof": Proof.AGENT.value,
            "account": ticket.account.name if ticket.account else "",
            "contact": contact.pk,
            "name": str(contact),
            "why": reason,
        }
        change.record(EventKind.SENDER_VERIFIED, data | update_coverage(change))
        change.save()
    return True


def _require_desk(ticket: Ticket, row: Account | Contact | None) -> None:
    """Raise NotAllowedError for a row of another desk."""
    if row is not None and row.desk_id != ticket.desk_id:
        raise NotAllowedError(_("This belongs to another desk."))
