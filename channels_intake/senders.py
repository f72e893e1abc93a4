"""From an address to a person of the desk: what the desk knows, and what the mail proves (M77, M78)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.matching import (
    ContactFact,
    DomainFact,
    Match,
    candidate_domains,
    match_sender,
    normalise_email,
)
from accounts.models import AccountDomain, Agent, Contact, Desk
from channels_intake.envelope import Address, Authentication, Envelope
from channels_intake.models import Mailbox, UnprovenMail
from tickets.services import Origin


def is_agent(desk: Desk, email: str) -> bool:
    """Whether the address is the login of somebody who works for the desk."""
    return Agent.objects.filter(desk=desk, is_active=True, user__email=email).exists()


def is_mailbox(desk: Desk, email: str) -> bool:
    """Whether the address is one that the desk gets its own mail at."""
    return Mailbox.objects.filter(desk=desk, address=email).exists()


def find_contact(desk: Desk, email: str) -> Contact | None:
    """The desk's contact of a normalised address."""
    known = Contact.objects.select_related("account__plan").filter(desk=desk, email=email)
    return known.first() if email else None


def match_envelope(mailbox: Mailbox, envelope: Envelope, contact: Contact | None) -> Match:
    """What the sender is to the desk; every look-up is a plain comparison (reliability.md, "Data")."""
    email = envelope.sender.email
    contacts = {}
    if contact is not None:
        name = contact.account.name if contact.account else ""
        contacts[email] = ContactFact(contact.pk, contact.account_id, name)
    owned = AccountDomain.objects.filter(
        desk_id=mailbox.desk_id, domain__in=candidate_domains(email)
    ).select_related("account")
    return match_sender(
        email,
        envelope.authentication.value,
        contacts=contacts,
        domains={d.domain: DomainFact(d.account_id, d.account.name, d.include_subdomains) for d in owned},
        unproven_matches=mailbox.unproven_mail == UnprovenMail.MATCH,
        free_domains=mailbox.desk.free_domains,
    )


def origin_of_mail(mailbox: Mailbox, envelope: Envelope, contact: Contact | None) -> Origin:
    """Whose request a new mail is. A contact is made when there is none, and given an account only by proof."""
    match = match_envelope(mailbox, envelope, contact)
    is_proven = match.kind == "domain" and envelope.authentication is Authentication.PASS
    account_id = match.account_id if is_proven else None
    if contact is None:
        contact = get_or_make_contact(mailbox.desk, envelope.sender, account_id=account_id)
    elif account_id and contact.account_id is None:
        contact.account_id = account_id
        contact.save(update_fields=["account"])
    return Origin(contact, match.account_id, match.kind == "unverified", match.reasons)


def get_or_make_contact(desk: Desk, who: Address, *, account_id: int | None = None) -> Contact:
    """The desk's contact of the address; an existing one is left as it is."""
    contact, _ = Contact.objects.get_or_create(
        desk=desk, email=who.email, defaults={"name": who.name[:120], "account_id": account_id}
    )
    return contact


def contacts_for_addresses(desk: Desk, addresses: Iterable[str]) -> list[Contact]:
    """The contacts of typed addresses (the form's CC, M87), made where there are none; others are left out."""
    emails = dict.fromkeys(filter(None, map(normalise_email, addresses)))
    return [get_or_make_contact(desk, Address(email)) for email in emails]
