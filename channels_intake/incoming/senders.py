"""From an address to a person of the desk: what the desk knows, and what the mail proves (M77, M78)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection

from accounts.matching import (
    ContactFact,
    DomainFact,
    Match,
    list_candidate_domains,
    match_sender,
    normalize_email,
)
from accounts.models import Account, Agent, Contact, Desk, Plan
from accounts.rows import load_row
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
READ = """
SELECT EXISTS (SELECT FROM channels_intake_mailbox WHERE desk_id = %(desk)s AND address = %(email)s),
  EXISTS (SELECT FROM accounts_agent g JOIN accounts_user u ON u.id = g.user_id
    WHERE g.desk_id = %(desk)s AND g.is_active AND u.email = %(email)s),
  EXISTS (SELECT FROM tickets_ticket t WHERE t.contact_id = c.id AND t.is_unverified),
  (SELECT json_agg(json_build_array(d.domain, d.account_id, o.name, d.include_subdomains))
    FROM accounts_accountdomain d JOIN accounts_account o ON o.id = d.account_id
    WHERE d.desk_id = %(desk)s AND d.domain = ANY(%(domains)s)),
  r.id, r.desk_id, r.name, r.rank,
  c.id, c.desk_id, c.email, c.name, c.account_id, c.user_id, c.role, c.created_at,
  a.id, a.desk_id, a.name, a.status, a.plan_id,
  p.id, p.desk_id, p.name
FROM (SELECT) AS one
LEFT JOIN accounts_contact c ON c.desk_id = %(desk)s AND c.email = %(email)s
LEFT JOIN accounts_account a ON a.id = c.account_id
LEFT JOIN accounts_plan p ON p.id = a.plan_id
LEFT JOIN LATERAL (SELECT id, desk_id, name, rank FROM tickets_priority WHERE desk_id = %(desk)s
  ORDER BY is_mail_default DESC, rank DESC LIMIT 1) r ON true
"""


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
    with connection.cursor() as cursor:
        cursor.execute(READ, asked)
        is_mailbox, is_agent, has_unverified, owned, *columns = cursor.fetchone()
    take = iter(columns)
    priority = load_row(Priority, PRIORITY, list(islice(take, len(PRIORITY))))
    contact = load_row(Contact, CONTACT, list(islice(take, len(CONTACT))))
    account = load_row(Account, ACCOUNT, list(islice(take, len(ACCOUNT))))
    plan = load_row(Plan, PLAN, list(islice(take, len(PLAN))))
    if account is not None:
        account.plan = plan
    if contact is not None:
        contact.desk, contact.account = desk, account
    domains = {domain: DomainFact(*fact) for domain, *fact in owned or ()}
    return Sender(contact, is_mailbox, is_agent, has_unverified, domains, priority)


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
