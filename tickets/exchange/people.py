"""Import of agents, accounts and contacts: matched by address or name, else added."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from django.contrib.auth.hashers import make_password

from accounts.matching import find_domain_problem, normalize_email, read_domain
from accounts.models import (
    Account,
    AccountDomain,
    AccountStatus,
    Agent,
    Contact,
    ContactRole,
    Plan,
    Role,
    User,
)
from tickets.exchange.records import make_digest, read_id
from tickets.exchange.slices import CREATED, UNCHANGED, UPDATED, Row, Slice, last_of_each
from tickets.exchange.values import Values

# Agents who are no more than a name: no address is claimed, and nobody can sign in as them.
NOBODY_AT = "@imported.invalid"
NO_REQUESTER = "-"  # the ID that stands for the requester of tickets without one


def import_agents(rows: list[Row], into: Slice) -> None:
    """Match agents by the mapping or their address. Others become deactivated agents."""
    for row, values, digest in _list_changed(rows, into):
        known = into.known.get_id("agent", row.source_id)
        agent = _find_agent(values, into) or (known and Agent.objects.get(pk=known))
        is_new = not agent
        name = values.line("name", 120) or normalize_email(values.line("email", 254))
        agent = agent or _add_agent(name or f"#{row.source_id}"[:120], into)
        into.known.put("agent", row.source_id, agent.pk, digest)
        into.count("agent", CREATED if is_new else UNCHANGED)
        into.keep(values)


def _find_agent(values: Values, into: Slice) -> Agent | None:
    mine = Agent.objects.filter(desk=into.desk)
    if mapped := into.mapping.agents.get(values.source_id):
        return mine.filter(pk=mapped).first()
    email = normalize_email(values.line("email", 254))
    return mine.filter(user__email=email).first() if email else None


def _add_agent(name: str, into: Slice) -> Agent:
    user = User.objects.create(
        email=f"{uuid4().hex}{NOBODY_AT}", name=name, is_active=False, password=make_password(None)
    )
    return Agent.objects.create(
        desk=into.desk, user=user, name=name, role=Role.OBSERVER, is_active=False
    )


def import_accounts(rows: list[Row], into: Slice) -> None:
    """Match accounts by their name, else add them."""
    for row, values, digest in _list_changed(rows, into):
        name = values.line("name", 120)
        if not name:
            into.refuse(row, "missing_field", field="name")
            continue
        mine = Account.objects.filter(desk=into.desk)
        known = into.known.get_id("account", row.source_id)
        same_name = mine.filter(name=name).first()
        account = (mine.get(pk=known) if known else None) or same_name
        is_new = account is None
        account = account or Account(desk=into.desk, name=name)
        if same_name is None:
            account.name = name
        _fill_account(account, values, into, is_new=is_new)
        into.known.put("account", row.source_id, account.pk, digest)
        into.count("account", CREATED if is_new else UPDATED)
        into.keep(values)


def _fill_account(account: Account, values: Values, into: Slice, *, is_new: bool) -> None:
    """Set what the record says. Plan and status of an account that is here already stay."""
    if is_new:
        account.status = values.choice("status", AccountStatus.values, AccountStatus.CUSTOMER)
        plan = values.line("plan", 120)
        account.plan = Plan.objects.filter(desk=into.desk, name=plan).first() if plan else None
    country = values.line("country", 2).upper()
    if len(country) == 2 and country.isascii() and country.isalpha():
        account.country = country
    account.save()
    if is_new and (created := values.find_time("created_at")):
        Account.objects.filter(pk=account.pk).update(created_at=created)
    for given in values.ids("domains"):
        _add_domain(account, given, values, into)


def _add_domain(account: Account, given: str, values: Values, into: Slice) -> None:
    if find_domain_problem(given, into.desk.free_domains):
        values.note("bad_domain", value=given)
        return
    domain = read_domain(given)
    owned, _is_new = AccountDomain.objects.get_or_create(
        desk=into.desk, domain=domain, defaults={"account": account}
    )
    if owned.account_id != account.pk:
        values.note("taken_domain", value=domain)


def import_contacts(rows: list[Row], into: Slice) -> None:
    """Match contacts by their address, else add them. An erased person isn't brought back."""
    rows = list(rows)
    into.known.load(("account", read_id(row.data.get("account"))) for row in rows)
    for row, values, digest in _list_changed(rows, into):
        known = into.known.get_id("contact", row.source_id)
        if known in into.known.erased:
            into.refuse(row, "erased_person")
            continue
        contact, is_new, is_own = _find_contact(values, into, known)
        _fill_contact(contact, values, into, is_own=is_own)
        into.known.put("contact", row.source_id, contact.pk, digest)
        into.count("contact", CREATED if is_new else UPDATED)
        into.keep(values)


def _find_contact(values: Values, into: Slice, known: int | None) -> tuple[Contact, bool, bool]:
    """Return the contact, with the address of the record if it is free, is_new and is_own.

    is_new: it isn't saved yet. is_own: False for one that was here before, and for the one that the
    record's contact was merged into.
    """
    mine = Contact.objects.filter(desk=into.desk)
    given = values.line("email", 254)
    email = normalize_email(given)
    if given and not email:
        values.note("bad_email", value=given)
    contact = mine.get(pk=known) if known else None
    same = mine.with_any_email(email).first() if email else None
    if contact is None:
        new = Contact(desk=into.desk, email=email)
        return (same, False, False) if same else (new, True, True)
    if same is not None and same != contact:
        values.note("same_email")
    elif email and same is None and contact.user_id is None:
        contact.email = email
    return contact, False, same != contact or contact.email == email


def _fill_contact(contact: Contact, values: Values, into: Slice, *, is_own: bool) -> None:
    """Set what the record says. is_own: False to only fill gaps."""
    name, language = values.line("name", 120), values.line("language", 10)
    account_id = into.known.get_id("account", values.id("account"))
    if values.id("account") and account_id is None:
        values.note("missing_account", value=values.id("account"))
    contact.name = (name if is_own else contact.name) or contact.name or name
    contact.language = contact.language or language
    if contact.account_id is None:
        contact.account_id = account_id
        contact.role = values.choice("role", ContactRole.values, ContactRole.CONTACT)
    is_new = contact.pk is None
    contact.save()
    if is_new and (created := values.find_time("created_at")):
        Contact.objects.filter(pk=contact.pk).update(created_at=created)


def get_placeholder(source_id: str, into: Slice) -> int:
    """Return the contact for a person who isn't in the file. A later file may bring them."""
    source_id = source_id or NO_REQUESTER
    known = into.known.get_id("contact", source_id)
    if known is None:
        known = Contact.objects.create(desk=into.desk).pk
        into.known.put("contact", source_id, known, "")
    return known


def _list_changed(rows: Iterable[Row], into: Slice) -> Iterable[tuple[Row, Values, str]]:
    """Yield the records that aren't imported yet just like this, with reader and digest."""
    rows = last_of_each(rows, into)
    into.known.load((row.kind, row.source_id) for row in rows)
    for row in rows:
        digest = make_digest(row.kind, row.data)
        if into.known.has_changed(row.kind, row.source_id, digest):
            yield row, into.read(row), digest
        else:
            into.count(row.kind, UNCHANGED)
