"""Import a page of CRM contacts, as accounts.py does accounts. No contact loses its address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from accounts.crm.mapping import ACCOUNTS, CONTACTS, CrmContact
from accounts.crm.outcomes import ConflictError, Outcome, What, lock_rows, skip_record, write_links
from accounts.crm.reasons import ON_SAME_PAGE, CrmReason
from accounts.followers import notify_people_left
from accounts.models import Account, Contact, ContactRole, CrmConnection, CrmLink, MergedContact
from accounts.sentences import Problem

ERASED_HERE = Problem(CrmReason.ERASED, {})


class ContactPage:
    """Everything that a page's records refer to, loaded up front.

    Create it inside the transaction that commits the page.
    """

    def __init__(self, connection: CrmConnection, records: Sequence[CrmContact]) -> None:
        self.connection, self.desk_id = connection, connection.desk_id
        mine = CrmLink.objects.filter(connection=connection)
        ids = [r.record_id for r in records]
        found = mine.filter(module=CONTACTS, record_id__in=ids)
        self.links = {link.record_id: link for link in found}
        emails = {r.email for r in records} - {""}
        merged = MergedContact.objects.filter(desk=self.desk_id, email__in=emails)
        # An address that a merge brought leads to its contact, and never becomes the main one.
        self.brought = dict(merged.values_list("email", "contact_id"))
        contacts = self._lock_contacts(records)
        for link in self.links.values():
            link.contact = contacts.get(link.contact_id or 0)
        self.by_email = {contact.email: contact for contact in contacts.values()}
        for email, pk in self.brought.items():
            if pk in contacts:
                self.by_email[email] = contacts[pk]
        rows = mine.filter(module=CONTACTS, contact_id__in=list(contacts))
        self.linked: dict[int | None, str] = dict(rows.values_list("contact_id", "record_id"))
        wanted = {r.account_record for r in records} - {""}
        owners = mine.filter(module=ACCOUNTS, record_id__in=wanted).select_related("account")
        self.accounts: dict[str, Account] = {
            link.record_id: link.account for link in owners if link.account
        }
        self.created: list[Contact] = []
        self.changed: dict[int, Contact] = {}
        self.fields: set[str] = set()
        self.left: dict[int, int] = {}  # contact -> the account that they left
        self.new_links: list[CrmLink] = []

    def _lock_contacts(self, records: Sequence[CrmContact]) -> dict[int, Contact]:
        """Lock the contacts that links or addresses lead to, against concurrent changes."""
        linked = Q(pk__in=[link.contact_id for link in self.links.values()])
        linked |= Q(pk__in=self.brought.values())
        addressed = Q(email__in=[r.email for r in records])
        return lock_rows(
            Contact.objects.filter(linked | addressed, desk_id=self.desk_id), "account"
        )

    def take(self, record: CrmContact) -> Outcome:
        """Decide what to do with one record, in memory, given the records before it."""
        name = record.name or record.email
        known = self.links.get(record.record_id)
        if known and known.contact and known.contact.is_erased:
            return skip_record(record.record_id, str(known.contact), ERASED_HERE)
        try:
            account = self._find_account(record)
            contact, what = self._find_contact(record, account)
        except ConflictError as why:
            return skip_record(record.record_id, name, why.problem, may_heal=True)
        is_new_link = record.record_id not in self.links
        changes = _find_changes(record, contact, account)
        if self.brought.get(record.email) == contact.pk:
            changes.pop("email", None)
        if "account" in changes and contact.account_id:
            self.left.setdefault(contact.pk, contact.account_id)
        for field, value in changes.items():
            setattr(contact, field, value)
        self.fields |= set(changes)
        self._apply(record, contact, what, bool(changes), is_new_link)
        detail = [field for field in changes if field != "role"] + ["link"] * is_new_link
        if what == "created":
            return Outcome(record.record_id, name, what)
        return Outcome(
            record.record_id, name, "changed" if detail else "unchanged", ", ".join(detail)
        )

    def _find_account(self, record: CrmContact) -> Account | None:
        if "account" not in record.named or not record.account_record:
            return None
        account = self.accounts.get(record.account_record)
        if account is None:
            raise ConflictError(CrmReason.UNKNOWN_ACCOUNT, {"record": record.account_record})
        return account

    def _find_contact(self, record: CrmContact, account: Account | None) -> tuple[Contact, What]:
        addressed = self.by_email.get(record.email)
        link = self.links.get(record.record_id)
        if link and link.contact:
            if self.brought.get(record.email) != link.contact.pk:
                _check_new_address(record, link.contact, addressed)
            return link.contact, "unchanged"
        if addressed is None:
            return Contact(desk_id=self.desk_id, email=record.email), "created"
        other = self.linked.get(addressed.pk) if addressed.pk else ON_SAME_PAGE
        if other:
            raise ConflictError(CrmReason.EMAIL_LINKED, {"email": record.email, "record": other})
        if addressed.account and account and addressed.account_id != account.pk:
            named = {"email": record.email, "account": addressed.account.name}
            raise ConflictError(CrmReason.OTHER_ACCOUNT, named)
        return addressed, "unchanged"

    def _apply(
        self, record: CrmContact, contact: Contact, what: What, is_changed: bool, is_new_link: bool
    ) -> None:
        self.by_email[record.email] = contact
        if what == "created":
            self.created.append(contact)
        elif is_changed and contact.pk:
            self.changed[contact.pk] = contact
        if contact.pk:
            self.linked[contact.pk] = record.record_id
        if is_new_link:
            self.links[record.record_id] = CrmLink(
                desk_id=self.desk_id,
                connection=self.connection,
                module=CONTACTS,
                record_id=record.record_id,
                contact=contact,
            )
            self.new_links.append(self.links[record.record_id])

    def write(self, at: datetime) -> None:
        """Write what was decided. Raises IntegrityError if the same was written concurrently."""
        Contact.objects.bulk_create(self.created)
        if self.changed:
            Contact.objects.bulk_update(self.changed.values(), sorted(self.fields))
        write_links(self.new_links)
        left = {pk: old for pk, old in self.left.items() if self.changed[pk].account_id != old}
        notify_people_left(self.desk_id, left, at)


def _check_new_address(record: CrmContact, contact: Contact, addressed: Contact | None) -> None:
    if contact.email == record.email:
        return
    if addressed is not None and addressed is not contact:
        raise ConflictError(CrmReason.EMAIL_TAKEN, {"email": record.email})
    if contact.user_id is not None:
        # They sign in with the address, so only they can change it.
        raise ConflictError(CrmReason.SIGNS_IN, {"email": contact.email, "new": record.email})


def _find_changes(
    record: CrmContact, contact: Contact, account: Account | None
) -> dict[str, object]:
    values: dict[str, object] = {"email": record.email}
    if record.name:
        values["name"] = record.name
    if account is not None and contact.account_id != account.pk:
        values["account"] = account
        if contact.role != ContactRole.CONTACT:
            # Rights over the old account are none over the new one.
            values["role"] = ContactRole.CONTACT
    return {field: value for field, value in values.items() if getattr(contact, field) != value}


def apply_contacts(
    connection: CrmConnection, records: Sequence[CrmContact], at: datetime
) -> list[Outcome]:
    """Create and change the contacts of these records, in order. Return one outcome each (M38).

    Runs inside the desk and the transaction of the page; about eight queries in total.
    """
    page = ContactPage(connection, records)
    outcomes = [page.take(record) for record in records]
    page.write(at)
    return outcomes
