"""From an address to a person of the desk: what the desk knows, and what the mail proves (M77, M78)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.matching import (
    ContactFact,
    DomainFact,
    Match,
    list_candidate_domains,
    match_sender,
    normalize_email,
)
from accounts.models import Account, Agent, Contact, Desk, Plan
from accounts.rows import fetch_rows, load_instance, select_columns
from channels_intake.incoming.threads import split_plus_tag
from channels_intake.mime.envelope import Address, Authentication, Envelope
from channels_intake.models import Mailbox, UnverifiedMail
from tickets.models import Priority
from tickets.services import Origin

PRIORITY = ("id", "desk_id", "name", "rank")
CONTACT = ("id", "desk_id", "email", "name", "account_id", "user_id", "role", "created_at")
ACCOUNT = ("id", "desk_id", "name", "status", "plan_id")
PLAN = ("id", "desk_id", "name")

# Every look-up is a plain comparison (reliability.md, "Data").
READ = f"""
SELECT EXISTS (SELECT FROM channels_intake_mailbox WHERE desk_id = %(desk)s AND address = %(email)s)
    AS is_mailbox,
  EXISTS (SELECT FROM accounts_agent g JOIN accounts_user u ON u.id = g.user_id
    WHERE g.desk_id = %(desk)s AND g.is_active AND u.email = %(email)s) AS is_agent,
  EXISTS (SELECT FROM tickets_ticket t WHERE t.contact_id = c.id AND t.is_unverified)
    AS has_unverified,
  (SELECT json_agg(json_build_array(d.domain, d.account_id, o.name, d.include_subdomains))
    FROM accounts_accountdomain d JOIN accounts_account o ON o.id = d.account_id
    WHERE d.desk_id = %(desk)s AND d.domain = ANY(%(domains)s)) AS domains,
  {select_columns("r", PRIORITY)},
  {select_columns("c", CONTACT)},
  {select_columns("a", ACCOUNT)},
  {select_columns("p", PLAN)}
FROM (SELECT) AS one
LEFT JOIN accounts_contact c ON c.desk_id = %(desk)s AND c.email = %(email)s
LEFT JOIN accounts_account a ON a.id = c.account_id
LEFT JOIN accounts_plan p ON p.id = a.plan_id
LEFT JOIN LATERAL (SELECT id, desk_id, name, rank FROM tickets_priority WHERE desk_id = %(desk)s
  ORDER BY is_mail_default DESC, rank DESC LIMIT 1) r ON true
"""  # noqa: S608 (column names and enum values of our own)


@dataclass(frozen=True, slots=True)
class Sender:
    """What a desk knows of an address, and the priority of a request that names none (M33).

    contact comes with account and plan. is_mailbox: the desk gets its own mail there. is_agent: it is the login of
    somebody who works for the desk. has_unverified: tickets wait for its proof.
    domains: who owns the address's domain or one above it.
    """

    contact: Contact | None
    is_mailbox: bool
    is_agent: bool
    has_unverified: bool
    domains: dict[str, DomainFact]
    default_priority: Priority | None


def read_sender(desk: Desk, email: str) -> Sender:
    """What the desk knows of a normalised address, in one statement."""
    asked: dict[str, Any] = {
        "desk": desk.pk,
        "email": email,
        "domains": list(list_candidate_domains(email)),
    }
    [row] = fetch_rows(READ, asked)
    contact = load_instance(Contact, "c", CONTACT, row)
    account = load_instance(Account, "a", ACCOUNT, row)
    if account is not None:
        account.plan = load_instance(Plan, "p", PLAN, row)
    if contact is not None:
        contact.desk, contact.account = desk, account
    return Sender(
        contact,
        is_mailbox=row["is_mailbox"],
        is_agent=row["is_agent"],
        has_unverified=row["has_unverified"],
        domains={domain: DomainFact(*fact) for domain, *fact in row["domains"] or ()},
        default_priority=load_instance(Priority, "r", PRIORITY, row),
    )


def list_own_addresses(desk: Desk, emails: Iterable[str]) -> list[str]:
    """Which of these normalised addresses are the desk's own: its mailboxes, with or without a plus, and its people's
    logins. Mail that is sent there in copy would come back, or tell people what they see anyway."""
    asked = list(emails)
    bases = {email: split_plus_tag(email)[0] for email in asked}
    mailboxes = Mailbox.objects.filter(desk=desk, address__in={*asked, *bases.values()})
    agents = Agent.objects.filter(desk=desk, is_active=True, user__email__in=asked)
    own = {
        *mailboxes.values_list("address", flat=True),
        *agents.values_list("user__email", flat=True),
    }
    return [email for email in asked if email in own or bases[email] in own]


def match_envelope(mailbox: Mailbox, envelope: Envelope, sender: Sender) -> Match:
    """What the sender of a mail is to the desk."""
    email, contact = envelope.sender.email, sender.contact
    contacts = {}
    if contact is not None:
        name = contact.account.name if contact.account else ""
        contacts[email] = ContactFact(contact.pk, contact.account_id, name)
    return match_sender(
        email,
        envelope.authentication.value,
        contacts=contacts,
        domains=sender.domains,
        match_unverified=mailbox.unverified_mail == UnverifiedMail.MATCH,
        free_domains=mailbox.desk.free_domains,
    )


def resolve_origin(mailbox: Mailbox, envelope: Envelope, sender: Sender) -> Origin:
    """Whose request a new mail is. A contact is made when there is none, and given an account only by proof."""
    match, contact = match_envelope(mailbox, envelope, sender), sender.contact
    is_proven = match.kind == "domain" and envelope.authentication is Authentication.PASS
    account_id = match.account_id if is_proven else None
    if contact is None:
        contact = get_or_create_contact(mailbox.desk, envelope.sender, account_id=account_id)
    elif account_id and contact.account_id is None:
        contact.account_id = account_id
        contact.save(update_fields=["account"])
    return Origin(contact, match.account_id, match.kind == "unverified", match.reasons)


def get_or_create_contact(desk: Desk, who: Address, *, account_id: int | None = None) -> Contact:
    """The desk's contact of the address; an existing one is left as it is."""
    contact, _ = Contact.objects.get_or_create(
        desk=desk, email=who.email, defaults={"name": who.name[:120], "account_id": account_id}
    )
    return contact


def get_or_create_contacts(desk: Desk, addresses: Iterable[str]) -> list[Contact]:
    """The contacts of typed addresses (the form's CC, M87), made where there are none; others are left out."""
    emails = dict.fromkeys(filter(None, map(normalize_email, addresses)))
    return [get_or_create_contact(desk, Address(email)) for email in emails]
