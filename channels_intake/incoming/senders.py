"""Senders of email: lookup at the desk, and matching by authenticated addresses (M77, M78)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from accounts.database.rows import fetch_prepared
from accounts.matching import (
    ContactFact,
    DomainFact,
    Match,
    list_candidate_domains,
    match_sender,
    normalize_email,
)
from accounts.models import Agent, Contact, Desk
from accounts.places.languages import find_language
from channels_intake.incoming.sql import ACCOUNT, CONTACT, PLAN, PRIORITY, READ_SENDER
from channels_intake.incoming.threads import split_plus_tags
from channels_intake.mime.envelope import Address, Authentication, Envelope
from channels_intake.models import Mailbox, UnverifiedMail
from tickets.models import Priority
from tickets.services import Origin


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender as the desk knows them, with the priority for requests that name none (M33).

    contact: with account and plan; the address may be one that a merge brought (accounts/customers/
    merging.py). is_mailbox: the address of one of the desk's own mailboxes. is_agent: the sign-in
    address of an agent. has_unverified: unverified tickets of the contact exist, and this is the
    contact's main address, which it can verify. is_blocked: the desk blocked the address or its
    domain. domains: the accounts that own the address's domain or one above it.
    """

    contact: Contact | None = None
    is_mailbox: bool = False
    is_agent: bool = False
    has_unverified: bool = False
    is_blocked: bool = False
    domains: dict[str, DomainFact] = field(default_factory=dict)
    default_priority: Priority | None = None


UNKNOWN_SENDER = Sender()


def read_sender(desk: Desk, email: str) -> Sender:
    """Look up a normalized address at the desk, in one statement.

    An address with a plus belongs to the mailbox before a plus.
    """
    [row] = fetch_prepared(READ_SENDER, ask_for_sender(desk, email))
    return build_sender(desk, row)


def ask_for_sender(desk: Desk, email: str) -> dict[str, Any]:
    """Return the parameters of READ_SENDER."""
    domains = list_candidate_domains(email)
    return {
        "desk": desk.pk,
        "email": email,
        "forms": [form for form, _tag in split_plus_tags(email)],
        "domains": list(domains),
        "senders": [email, *domains],
    }


def build_sender(desk: Desk, row: Mapping[str, Any]) -> Sender:
    """Return the sender in a row of READ_SENDER."""
    contact = CONTACT.load(row)
    account = ACCOUNT.load(row)
    if account is not None:
        account.plan = PLAN.load(row)
    if contact is not None:
        contact.desk, contact.account = desk, account
    return Sender(
        contact,
        is_mailbox=row["is_mailbox"],
        is_agent=row["is_agent"],
        has_unverified=row["has_unverified"],
        is_blocked=row["is_blocked"],
        domains={domain: DomainFact(**fact) for domain, fact in (row["domains"] or {}).items()},
        default_priority=PRIORITY.load(row),
    )


def list_own_addresses(desk: Desk, emails: Iterable[str]) -> list[str]:
    """Return which of these normalized addresses are the desk's own.

    These are its mailboxes, with or without a plus, and its agents' sign-in addresses. Email sent
    there in copy would come back, or tell people what they see anyway.
    """
    asked = list(emails)
    forms = {email: {form for form, _tag in split_plus_tags(email)} for email in asked}
    mailboxes = Mailbox.objects.filter(desk=desk, address__in=set().union(*forms.values()))
    agents = Agent.objects.filter(desk=desk, is_active=True, user__email__in=asked)
    own = {
        *mailboxes.values_list("address", flat=True),
        *agents.values_list("user__email", flat=True),
    }
    return [email for email in asked if not own.isdisjoint(forms[email])]


def match_envelope(mailbox: Mailbox, envelope: Envelope, sender: Sender) -> Match:
    """Match the sender of an email to a contact and an account of the desk."""
    email, contact = envelope.sender.email, sender.contact
    contacts = {}
    if contact is not None:
        name = contact.account.name if contact.account else ""
        contacts[email] = ContactFact(
            contact.pk, contact.account_id, name, is_shut_out=not contact.may_log_in
        )
    return match_sender(
        email,
        envelope.authentication.value,
        contacts=contacts,
        domains=sender.domains,
        match_unverified=mailbox.unverified_mail == UnverifiedMail.MATCH,
        free_domains=mailbox.desk.free_domains,
    )


def resolve_origin(mailbox: Mailbox, envelope: Envelope, sender: Sender) -> Origin:
    """Return the requester of a new email. A contact is created if there is none.

    A new contact gets an account only from an authenticated email.
    """
    match, contact = match_envelope(mailbox, envelope, sender), sender.contact
    is_verified = match.kind == "domain" and envelope.authentication is Authentication.PASS
    account_id = match.account_id if is_verified else None
    if contact is None:
        contact = get_or_create_contact(
            mailbox.desk,
            envelope.sender,
            account_id=account_id,
            language=find_language(envelope.language),
        )
    elif account_id and contact.account_id is None:
        contact.account_id = account_id
        contact.save(update_fields=["account"])
    return Origin(contact, match.account_id, match.kind == "unverified", match.reasons)


def get_or_create_contact(
    desk: Desk, who: Address, *, account_id: int | None = None, language: str = ""
) -> Contact:
    """Return the desk's contact with the address, also by a merge; unchanged unless it is new.

    language: in which a new contact gets email; "" for the desk's. Raises ValueError for "", which
    names nobody.
    """
    if not who.email:
        raise ValueError("An address is needed to find a contact by.")
    if known := Contact.objects.filter(desk=desk).with_any_email(who.email).first():
        return known
    new = {"name": who.name[:120], "account_id": account_id, "language": language}
    try:
        with transaction.atomic():
            return Contact.objects.create(desk=desk, email=who.email, **new)
    except IntegrityError:  # another worker was faster
        return Contact.objects.filter(desk=desk).with_email(who.email).get()


def get_or_create_own_contact(agent: Agent) -> Contact:
    """Return the contact who is an agent: the requester of their internal requests (M22)."""
    return get_or_create_contact(agent.desk, Address(agent.user.email, agent.name))


def get_or_create_contacts(desk: Desk, addresses: Iterable[str]) -> list[Contact]:
    """Return the contacts for typed addresses (a form's CC, M87), without invalid ones."""
    emails = dict.fromkeys(filter(None, map(normalize_email, addresses)))
    return [get_or_create_contact(desk, Address(email)) for email in emails]


def get_default_priority(desk: Desk) -> Priority:
    """Return the desk's priority for requests that name none (M33)."""
    return Priority.objects.offered(desk=desk).order_by("-is_mail_default", "-rank")[:1].get()
