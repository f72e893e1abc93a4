"""Erase a person from this package: contact or agent, invitations, user, sessions, audit.

Called by helpdesk.privacy in the system scope and one transaction, so every query names its desk.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

from django.db.models import Q

from accounts.crm.mapping import CONTACTS
from accounts.models import (
    Account,
    Agent,
    AgentDepartment,
    AuditAction,
    AuditEntry,
    Contact,
    ContactHandle,
    ContactRole,
    CrmLink,
    CrmPull,
    CrmSetAside,
    Department,
    Identity,
    Invitation,
    MergedContact,
    Plan,
    Product,
    User,
)
from accounts.models.customers import ERASED_AT
from accounts.privacy.logins import erase_login, erase_merged_login, erase_sessions, find_login
from accounts.privacy.scrubbing import MARK, build_pattern

ERASED_NAME = "Erased person"
PERSONAL = ("name", "email", "signature")  # fields that only describe the person
# Fields of settings that name agents.
NAMING = ("account_manager", "success_manager", "named_engineer", "members")
ACTIONS_WITH_REASON = {
    AuditAction.HANDLE_JOINED,
    AuditAction.HANDLE_PROVEN,
    AuditAction.CONTACT_MERGED,
}
MIN_HANDLE = 8  # characters; a shorter ID may be any other number
MIN_PART = 3  # letters; shorter parts of a name are also in too many other words


@dataclass(frozen=True, slots=True)
class KnownNames:
    """All names that a desk knows a person by. email: "" while it belongs to someone who stays.

    An address identifies one person. A name may also be a company's, a plan's or a common word, so
    by itself it identifies the person on their own tickets only. is_namesake: an account, plan,
    department, product or another person has one of the names. handles: their IDs at networks, as
    far as they are too long to be anything else.
    """

    desk_id: int
    email: str
    names: tuple[str, ...]
    is_namesake: bool
    handles: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def anywhere(self) -> str:
        """Pattern for all texts of the desk: address and handles, with a name right before."""
        return build_pattern((self.email, *self.handles), named=self.names)

    @property
    def in_own_tickets(self) -> str:
        """Pattern for tickets that they opened: also each part of their names."""
        return build_pattern((*self.names, *_split_names(self.names)))

    @property
    def in_tickets_of_others(self) -> str:
        """Pattern for tickets where they took part: "" if the name may mean something else."""
        return "" if self.is_namesake else self.in_own_tickets

    @property
    def in_tickets_worked_on(self) -> str:
        """Pattern for others' words on tickets where an agent acted: whole names."""
        return "" if self.is_namesake else build_pattern(self.names)


@dataclass(frozen=True, slots=True)
class Person(KnownNames):
    """The names of a contact.

    former_ids: numbers of the contacts who were merged into this one. merged: their addresses, each
    of which is erased as the person's own (``with_each_address``).
    """

    contact_id: int
    former_ids: tuple[int, ...] = field(default=(), kw_only=True)
    merged: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def ids(self) -> tuple[int, ...]:
        """All numbers that events and audit entries know the person by."""
        return (self.contact_id, *self.former_ids)

    def with_each_address(self) -> tuple[Person, ...]:
        """Return the person once for each address: the main one first, then those of merges."""
        return (self, *(replace(self, email=email) for email in self.merged))


def identify_person(contact: Contact, earlier_names: set[str]) -> Person:
    """Collect a contact's names before erasing anything. earlier_names: those in events."""
    invited = Invitation.objects.filter(desk_id=contact.desk_id, email=contact.email)
    user = find_login(contact)
    handles = ContactHandle.objects.filter(desk_id=contact.desk_id, contact=contact)
    merged = list(MergedContact.objects.filter(desk_id=contact.desk_id, contact=contact))
    found = {
        contact.name,
        *(one.name for one in merged),
        *handles.values_list("name", flat=True),
        user.name if user else "",
        *earlier_names,
        *invited.values_list("name", flat=True),
    }
    names = _only_names(found)
    is_namesake = _has_namesake(contact, names)
    ids = handles.values_list("external_id", flat=True)
    return Person(
        contact.desk_id,
        contact.email,
        names,
        is_namesake,
        contact_id=contact.pk,
        former_ids=tuple(one.former_id for one in merged),
        merged=tuple(one.email for one in merged if one.email),
        handles=tuple(sorted(one for one in ids if len(one) >= MIN_HANDLE)),
    )


def identify_agent(agent: Agent, earlier_names: set[str]) -> KnownNames:
    """Collect an agent's names before erasing anything. earlier_names: those in events.

    The address of one who is also a contact is left for that erasure.
    """
    names = _only_names({agent.name, agent.user.name, *earlier_names})
    people = Contact.objects.filter(desk_id=agent.desk_id)
    email = "" if people.with_email(agent.user.email).exists() else agent.user.email
    return KnownNames(agent.desk_id, email, names, _has_namesake(agent, names))


def _only_names(found: set[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in found - {"", ERASED_NAME} if "@" not in name))


def _split_names(names: Iterable[str]) -> set[str]:
    parts = {part.strip(".,") for name in names for part in name.split()}
    return {part for part in parts if len(part) >= MIN_PART}


def _has_namesake(of: Contact | Agent, names: tuple[str, ...]) -> bool:
    same = Q(name__in=names, desk_id=of.desk_id)
    return any(
        model.objects.filter(same).exclude(pk=of.pk if isinstance(of, model) else 0).exists()
        for model in (Contact, Agent, Account, Plan, Department, Product)
    )


def erase_contact(contact: Contact, names: Collection[str]) -> dict[str, int]:
    """Erase a contact's name, address, rights and user. Return counts of what was deleted, by kind.

    The row stays, for its tickets. names: all that the audit and CRM reports may still contain.
    """
    user = find_login(contact)
    email, invited = (
        contact.email,
        Invitation.objects.filter(desk_id=contact.desk_id, email=contact.email),
    )
    went = {"invitations": invited.delete()[0], "crm": _erase_crm_traces(contact, names)}
    went["handles"] = ContactHandle.objects.filter(contact=contact).delete()[0]
    merged = MergedContact.objects.filter(contact=contact)
    former = dict(merged.values_list("former_id", "email"))
    _erase_from_audit(contact, names, former)
    merged.delete()
    # Random, so that it can't be used to forge a sender.
    contact.email = f"erased-{contact.pk}-{token_hex(8)}{ERASED_AT}"
    contact.name, contact.account, contact.user = ERASED_NAME, None, None
    contact.role = ContactRole.CONTACT
    contact.save()
    user_id = user.pk if user else None  # deleting forgets it
    went["logins"] = int(user is not None and erase_login(user))
    went["sessions"] = erase_sessions([email], [user_id] if went["logins"] else [])
    for address in filter(None, former.values()):
        erase_merged_login(contact.desk_id, address, went)
    return went


def erase_agent_details(agent: Agent, names: Collection[str]) -> dict[str, int]:
    """Erase an inactive agent's name, address, departments and user. Return counts by kind.

    The row stays as the author of its messages, with an unusable user instead of theirs. The audit
    names that user, so that one person's changes can still be distinguished from another's.
    """
    user, email = agent.user, agent.user.email
    went = {
        "invitations": Invitation.objects.filter(desk_id=agent.desk_id, email=email).delete()[0]
    }
    nobody = User(email=f"erased-{token_hex(8)}{ERASED_AT}", name=ERASED_NAME, is_active=False)
    nobody.set_unusable_password()
    nobody.save()
    agent.user, agent.name, agent.signature = nobody, ERASED_NAME, ""
    agent.save()
    _erase_from_audit(agent, names)
    AuditEntry.objects.filter(desk_id=agent.desk_id, user=user).update(user=nobody, actor=MARK)
    Account.objects.filter(account_manager=agent).update(account_manager=None)
    Account.objects.filter(success_manager=agent).update(success_manager=None)
    Account.objects.filter(named_engineer=agent).update(named_engineer=None)
    went["departments"] = AgentDepartment.objects.filter(agent=agent).delete()[0]
    went["identities"] = Identity.objects.filter(agent=agent).delete()[0]
    user_id = user.pk
    went["logins"] = int(erase_login(user))
    went["sessions"] = erase_sessions([email], [user_id]) if went["logins"] else 0
    return went


def _erase_from_audit(
    who: Contact | Agent, names: Collection[str], former_ids: Iterable[int] = ()
) -> None:
    """Erase names from audit entries about the person, and from those that name them.

    former_ids: numbers of the contacts who were merged into this one.
    """
    entries = AuditEntry.objects.filter(desk_id=who.desk_id)
    numbers = [str(pk) for pk in (who.pk, *former_ids)]
    about = entries.filter(about_model=who._meta.label_lower, about_pk__in=numbers)
    for entry in about:
        entry.target = _mark_names(entry.target, names)
        changes = entry.detail.get("changes", {})
        changes |= {field: [MARK, MARK] for field in PERSONAL if field in changes}
        if entry.action in ACTIONS_WITH_REASON:
            entry.target, entry.detail["reason"] = MARK, MARK
        for row in entry.detail.get("rows", ()):
            row["name"] = re.sub(build_pattern(names), MARK, row["name"])
    naming = (
        entries.filter(detail__changes__has_any_keys=NAMING)
        if isinstance(who, Agent)
        else entries.none()
    )
    for entry in naming:
        changes = entry.detail["changes"]
        changes |= {
            field: _mark_names(changes[field], names) for field in NAMING if field in changes
        }
    AuditEntry.objects.bulk_update([*about, *naming], ["target", "detail"], batch_size=500)


def _mark_names(value: Any, names: Collection[str]) -> Any:
    """Return an audit value with MARK in place of each text that is one of the names."""
    if isinstance(value, list):
        return [_mark_names(item, names) for item in value]
    return MARK if value in names else value


def _erase_crm_traces(contact: Contact, names: Collection[str]) -> int:
    """Erase a contact from CRM reports. The link stays, so that later pulls skip the record.

    Records that were set aside have no link; those with one of the names are theirs.
    """
    links = CrmLink.objects.filter(contact=contact)
    aside = CrmSetAside.objects.filter(desk_id=contact.desk_id, module=CONTACTS)
    aside = aside.filter(name__in=[*filter(None, [*names, contact.email])])
    key = ("connection_id", "module", "record_id")
    named, linked = set(aside.values_list(*key)), set(links.values_list(*key))
    aside.update(name=ERASED_NAME)
    for connection_id, module, record_id in linked:
        CrmSetAside.objects.filter(
            connection=connection_id, module=module, record_id=record_id
        ).update(name=ERASED_NAME, reason="", reason_data={})
    for record in linked | named:
        _erase_from_reports(*record)
    return len(linked)


def _erase_from_reports(connection_id: int, module: str, record_id: str) -> None:
    line = {"module": module, "record": record_id}
    for pull in CrmPull.objects.filter(connection=connection_id, report__contains=[line]):
        pull.report = [
            told | {"name": ERASED_NAME} if line.items() <= told.items() else told
            for told in pull.report
        ]
        pull.save(update_fields=["report"])
