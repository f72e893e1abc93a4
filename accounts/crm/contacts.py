"""Writes a page of CRM contacts into a desk, as crm_apply does accounts: no address is taken from anybody."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from accounts.crm.accounts import ConflictError, Outcome, What, write_links
from accounts.crm.mapping import ACCOUNTS, CONTACTS, CrmContact
from accounts.models import Account, Contact, ContactRole, CrmConnection, CrmLink

ERASED_HERE = "This person was erased here; erase the record in the CRM too."


class ContactPage:
    """What a page's records touch, looked up at once. Call inside the transaction that commits the page."""

    def __init__(self, connection: CrmConnection, records: Sequence[CrmContact]) -> None:
        self.connection, self.desk_id = connection, connection.desk_id
        mine = CrmLink.objects.filter(connection=connection)
        ids = [r.record_id for r in records]
        found = mine.filter(module=CONTACTS, record_id__in=ids)
        self.links = {link.record_id: link for link in found}
        contacts = self._lock_contacts(records)
        for link in self.links.values():
            link.contact = contacts.get(link.contact_id or 0)
        self.by_email = {contact.email: contact for contact in contacts.values()}
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
        self.new_links: list[CrmLink] = []

    def _lock_contacts(self, records: Sequence[CrmContact]) -> dict[int, Contact]:
        """The contacts that links or addresses lead to, locked: what others change meanwhile is read, never
        overwritten."""
        linked = Q(pk__in=[link.contact_id for link in self.links.values()])
        touched = Contact.objects.filter(
            linked | Q(email__in=[r.email for r in records]), desk_id=self.desk_id
        )
        locked = (
            touched.select_for_update(of=("self",), no_key=True)
            .select_related("account")
            .order_by("pk")
        )
        return {contact.pk: contact for contact in locked}

    def take(self, record: CrmContact) -> Outcome:
        """Decide about one record, in memory; records before it count."""
        name = record.name or record.email
        known = self.links.get(record.record_id)
        if known and known.contact and known.contact.is_erased:
            return Outcome(record.record_id, str(known.contact), "set aside", ERASED_HERE)
        try:
            account = self._account(record)
            contact, what = self._find(record, account)
        except ConflictError as why:
            return Outcome(record.record_id, name, "set aside", str(why), may_heal=True)
        is_new_link = record.record_id not in self.links
        changes = _changes(record, contact, account)
        for field, value in changes.items():
            setattr(contact, field, value)
        self.fields |= set(changes)
        self._settle(record, contact, what, bool(changes), is_new_link)
        detail = [field for field in changes if field != "role"] + ["link"] * is_new_link
        if what == "created":
            return Outcome(record.record_id, name, what)
        return Outcome(
            record.record_id, name, "changed" if detail else "unchanged", ", ".join(detail)
        )

    def _account(self, record: CrmContact) -> Account | None:
        if "account" not in record.named or not record.account_record:
            return None
        account = self.accounts.get(record.account_record)
        if account is None:
            raise ConflictError(f"Their account (record {record.account_record}) is not here.")
        return account

    def _find(self, record: CrmContact, account: Account | None) -> tuple[Contact, What]:
        addressed = self.by_email.get(record.email)
        link = self.links.get(record.record_id)
        if link and link.contact:
            _check_new_address(record, link.contact, addressed)
            return link.contact, "unchanged"
        if addressed is None:
            return Contact(desk_id=self.desk_id, email=record.email), "created"
        other = self.linked.get(addressed.pk) if addressed.pk else "another record of this page"
        if other:
            raise ConflictError(f"{record.email} stands in another record too ({other}).")
        if addressed.account and account and addressed.account_id != account.pk:
            raise ConflictError(f"{record.email} is already a contact of {addressed.account.name}.")
        return addressed, "unchanged"

    def _settle(
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

    def write(self) -> None:
        """Write what was decided. Raises IntegrityError when somebody else wrote the same at the same time."""
        Contact.objects.bulk_create(self.created)
        if self.changed:
            Contact.objects.bulk_update(self.changed.values(), sorted(self.fields))
        write_links(self.new_links)


def _check_new_address(record: CrmContact, contact: Contact, addressed: Contact | None) -> None:
    if contact.email == record.email:
        return
    if addressed is not None and addressed is not contact:
        raise ConflictError(f"{record.email} is the address of another contact here.")
    if contact.user_id is not None:
        # The address is what they log in with; only they can move it.
        raise ConflictError(
            f"{contact.email} has a login here, so the address cannot become {record.email}."
        )


def _changes(record: CrmContact, contact: Contact, account: Account | None) -> dict[str, object]:
    values: dict[str, object] = {"email": record.email}
    if record.name:
        values["name"] = record.name
    if account is not None and contact.account_id != account.pk:
        values["account"] = account
        if contact.role != ContactRole.CONTACT:
            values["role"] = (
                ContactRole.CONTACT
            )  # a right over the old account is none over the new one
    return {field: value for field, value in values.items() if getattr(contact, field) != value}


def apply_contacts(connection: CrmConnection, records: Sequence[CrmContact]) -> list[Outcome]:
    """Create and change the contacts of these records, in their order; one outcome each (M38).

    Inside the desk and the transaction of the page. About eight queries for any number of records.
    """
    page = ContactPage(connection, records)
    outcomes = [page.take(record) for record in records]
    page.write()
    return outcomes
